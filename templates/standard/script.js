// Sorting, filtering, folding and values of points, for the screen edition. The page is complete without it.
(function () {
  "use strict";
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const tools = document.querySelector(".tools");
  const rows = all(".score tr.k");
  const bodies = all(".score tbody");
  const kept = new Map(bodies.map((body) => [body, all("tr", body)]));
  const folded = new Set();

  function matches(row, text, status) {
    return (!status || row.dataset.status === status) && (!text || row.dataset.name.toLowerCase().includes(text));
  }

  // One place decides what is seen: a filter goes before a fold; a department's name stays while one of its rows does.
  function show() {
    const text = tools.querySelector("#find").value.trim().toLowerCase(), status = tools.querySelector("#only").value;
    const filtered = Boolean(text || status), sorted = Boolean(tools.querySelector("#order").value);
    let count = 0;
    bodies.forEach((body) => {
      let department = null, any = false;
      all("tr", body).forEach((row) => {
        if (row.classList.contains("dep")) { row.hidden = true; department = sorted ? null : row; return; }
        if (!row.classList.contains("k")) { row.hidden = filtered; return; }
        const goal = row.classList.contains("goal"), fits = matches(row, text, status);
        row.hidden = filtered ? !fits : !goal && folded.has(body);
        count += fits ? 1 : 0;
        any = any || fits;
        if (!row.hidden && !goal && department) department.hidden = false;
      });
      const fold = body.closest("details");
      if (fold) { fold.hidden = filtered && !any; if (filtered && any) fold.open = true; }
    });
    tools.querySelector("output").textContent = filtered
      ? tools.dataset.shown.replace("{n}", count).replace("{all}", rows.length) : "";
  }

  function compare(key, down) {
    const value = (row) => (key === "name" ? row.dataset.name : parseFloat(row.dataset[key]));
    return (a, b) => {
      const x = value(a), y = value(b);
      return (down ? -1 : 1) * (typeof x === "string" ? x.localeCompare(y, document.documentElement.lang) : x - y);
    };
  }

  // Rows are sorted under their goal; without a key they come back in the order of the plan.
  function sort(key, down) {
    bodies.forEach((body) => {
      const before = kept.get(body), own = before.filter((row) => row.matches("tr.k:not(.goal)"));
      const first = before.filter((row) => row.matches(".goal, .grp"));
      const others = before.filter((row) => !own.includes(row) && !first.includes(row));
      body.append(...(key ? [...first, ...own.sort(compare(key, down)), ...others] : before));
    });
    all(".score th[data-sort]").forEach((head) => {
      if (head.dataset.sort === key) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    tools.querySelector("#order").value = key;
    show();
  }

  function headButtons() {
    all(".score th[data-sort]").forEach((head) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const state = head.getAttribute("aria-sort");
        if (state === "descending") sort("", false);
        else sort(head.dataset.sort, state === "ascending");
      });
    });
  }

  function drill(body) {
    const goal = body.querySelector("tr.goal");
    if (!goal || body.closest("details") || all("tr.k", body).length < 2) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "drill";
    button.setAttribute("aria-label", tools.dataset.drill.replace("{goal}", goal.dataset.goal));
    goal.querySelector("th").append(button);
    button.addEventListener("click", () => { fold(body, !folded.has(body)); show(); });
    fold(body, false);
  }

  function fold(body, shut) {
    const button = body.querySelector(".drill"), details = body.closest("details");
    if (details) details.open = !shut;
    if (!button) return;
    if (shut) folded.add(body); else folded.delete(body);
    button.setAttribute("aria-expanded", String(!shut));
  }

  function start() {
    tools.hidden = false;
    headButtons();
    bodies.forEach(drill);
    tools.querySelector("#find").addEventListener("input", show);
    tools.querySelector("#only").addEventListener("change", show);
    tools.querySelector("#order").addEventListener("change", (event) => sort(event.target.value, false));
    const brief = tools.querySelector("#brief");
    brief.hidden = !document.querySelector(".drill, details.fold");
    brief.addEventListener("click", () => {
      const shut = brief.getAttribute("aria-pressed") !== "true";
      brief.setAttribute("aria-pressed", String(shut));
      bodies.forEach((body) => fold(body, shut));
      show();
    });
  }

  // A link into a part that is folded or filtered away opens it.
  function reveal() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const row = target && target.closest("tr.k");
    if (!row || !tools) return;
    if (row.hidden) {
      tools.querySelector("#find").value = "";
      tools.querySelector("#only").value = "";
      fold(row.parentElement, false);
      show();
    }
    const details = row.closest("details");
    if (details) details.open = true;
    target.scrollIntoView();
  }

  // The point of a chart that is nearest to the pointer, or chosen with the arrow keys, tells period, value and cell.
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  document.body.append(tip);
  const ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  ring.setAttribute("class", "here");
  let chart = null, chosen = 0;

  function points(svg) {
    return svg.dataset.tips.split("\n").map((line) => {
      const [x, y] = line.split(" ", 2);
      return { x: parseFloat(x), y: parseFloat(y), text: line.slice(x.length + y.length + 2) };
    });
  }

  function tell(svg, index) {
    const found = points(svg);
    chart = svg;
    chosen = Math.max(0, Math.min(found.length - 1, index));
    const point = found[chosen], matrix = svg.getScreenCTM(), box = svg.viewBox.baseVal;
    ring.setAttribute("cx", point.x);
    ring.setAttribute("cy", point.y);
    ring.setAttribute("r", box.width > 100 ? 5 : 3.2);
    svg.append(ring);
    tip.textContent = point.text;
    tip.hidden = false;
    const x = matrix.a * point.x + matrix.e, y = matrix.d * point.y + matrix.f, wide = document.documentElement.clientWidth;
    tip.style.left = "0";
    const left = Math.max(4, Math.min(x - tip.offsetWidth / 2, wide - tip.offsetWidth - 4));
    const over = y - tip.offsetHeight - 12;
    tip.style.left = left + window.scrollX + "px";
    tip.style.top = (over > 4 ? over : y + 14) + window.scrollY + "px";
  }

  function silence() {
    if (!chart) return;
    chart = null;
    ring.remove();
    tip.hidden = true;
  }

  function nearest(event) {
    const svg = event.target.closest && event.target.closest("svg[data-tips]");
    if (!svg) { if (!chart || document.activeElement !== chart || event.type === "click") silence(); return; }
    const at = (event.clientX - svg.getScreenCTM().e) / svg.getScreenCTM().a, found = points(svg);
    let best = 0;
    found.forEach((point, i) => { if (Math.abs(point.x - at) < Math.abs(found[best].x - at)) best = i; });
    if (svg !== chart || best !== chosen) tell(svg, best);
  }

  function keys(event) {
    if (event.key === "Escape") silence();
    const svg = event.target.closest && event.target.closest("svg[data-tips]");
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (!svg || step === undefined) return;
    event.preventDefault();
    tell(svg, Number.isFinite(step) ? (svg === chart ? chosen : points(svg).length) + step : step < 0 ? 0 : points(svg).length);
  }

  function charts() {
    all("svg[data-tips]").forEach((svg) => {
      svg.setAttribute("tabindex", "0");
      svg.addEventListener("focus", () => { if (svg !== chart) tell(svg, points(svg).length - 1); });
      svg.addEventListener("blur", silence);
    });
    ["pointermove", "click"].forEach((name) => document.addEventListener(name, nearest));
    document.addEventListener("keydown", keys);
  }

  const contents = document.querySelector(".toc");
  if (contents) contents.addEventListener("focusin", (event) => event.target.scrollIntoView({ block: "nearest", inline: "nearest" }));

  let closed = [];
  window.addEventListener("beforeprint", () => { closed = all("details:not([open])"); closed.forEach((d) => { d.open = true; }); });
  window.addEventListener("afterprint", () => closed.forEach((d) => { d.open = false; }));
  if (tools && rows.length) start();
  charts();
  window.addEventListener("hashchange", reveal);
  reveal();
})();
