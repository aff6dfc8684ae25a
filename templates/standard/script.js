// Sorting, filtering and tips for the screen edition. The page is complete without it.
(function () {
  "use strict";
  var tools = document.querySelector(".tools");
  var rows = Array.prototype.slice.call(document.querySelectorAll("tr.k"));
  if (tools && rows.length) {
    tools.hidden = false;
    var find = document.getElementById("find"), only = document.getElementById("only");
    var filter = function () {
      var text = find.value.trim().toLowerCase(), status = only.value;
      rows.forEach(function (row) {
        var fits = (!status || row.dataset.status === status) && (!text || row.dataset.name.toLowerCase().indexOf(text) >= 0);
        row.hidden = !fits;
      });
      document.querySelectorAll("tr.dep").forEach(function (row) {
        var next = row.nextElementSibling, any = false;
        while (next && next.classList.contains("k") && !next.classList.contains("goal")) { any = any || !next.hidden; next = next.nextElementSibling; }
        row.hidden = !any;
      });
      if (text || status) document.querySelectorAll("details.fold").forEach(function (fold) { fold.open = true; });
    };
    find.addEventListener("input", filter);
    only.addEventListener("change", filter);
  }
  document.querySelectorAll("table.score th[data-sort]").forEach(function (head) {
    head.tabIndex = 0;
    head.setAttribute("role", "columnheader");
    var sort = function () {
      var key = head.dataset.sort, table = head.closest("table");
      var down = head.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("th[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      table.querySelectorAll("tbody").forEach(function (body) {
        body.querySelectorAll("tr.dep").forEach(function (row) { row.hidden = true; });
        var found = Array.prototype.slice.call(body.querySelectorAll("tr.k:not(.goal)"));
        found.sort(function (a, b) {
          var x, y;
          if (key === "name" || key === "trend") { x = a.dataset[key]; y = b.dataset[key]; return (down ? -1 : 1) * x.localeCompare(y); }
          x = parseFloat(key === "ac" ? a.dataset.gap : a.dataset[key]); y = parseFloat(key === "ac" ? b.dataset.gap : b.dataset[key]);
          return (down ? -1 : 1) * (x - y);
        }).forEach(function (row) { body.appendChild(row); });
      });
    };
    head.addEventListener("click", sort);
    head.addEventListener("keydown", function (event) { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(); } });
  });
  var tip = null;
  var show = function (event) {
    var hit = event.target.closest && event.target.closest("[data-tip]");
    if (!hit) { if (tip) { tip.remove(); tip = null; } return; }
    if (!tip) { tip = document.createElement("div"); tip.id = "tip"; tip.setAttribute("role", "status"); document.body.appendChild(tip); }
    tip.textContent = hit.dataset.tip;
    var box = hit.getBoundingClientRect();
    var left = Math.max(4, Math.min(box.left + box.width / 2 - tip.offsetWidth / 2, document.documentElement.clientWidth - tip.offsetWidth - 4));
    tip.style.left = (left + window.scrollX) + "px";
    tip.style.top = (box.top + window.scrollY - tip.offsetHeight - 6) + "px";
  };
  document.addEventListener("pointerover", show);
  document.addEventListener("click", show);
})();
