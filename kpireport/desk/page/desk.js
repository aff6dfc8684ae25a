/* The page of the desk. What a workbook holds enters it as text alone: nothing here is ever read as markup. */
"use strict";

/* ---- words, requests, nodes ------------------------------------------------------------------------------------- */

const SECRET = document.querySelector("meta[name=desk]").content;
let said = {}, tag = "en", tongues = [], plural = null, home = null;

function T(key, fields = {}) {
  let found = said;
  for (const part of key.split(".")) found = found === undefined ? undefined : found[part];
  if (found !== null && typeof found === "object") found = found[plural.select(fields.n)] || found.other;
  if (typeof found !== "string") return key;
  return found.replace(/\{(\w+)\}/g, (all, name) => (name in fields ? number(fields[name]) : all));
}

const number = (value) => (typeof value === "number" ? value.toLocaleString(tag) : String(value));

class Refused extends Error {
  constructor(id, say, body) { super(say); this.id = id; this.body = body; }
}

async function ask(path, body, bytes) {
  const options = {};
  if (body !== undefined) {
    options.method = "POST";
    options.headers = { "Content-Type": bytes ? "application/octet-stream" : "application/json", "X-Desk": SECRET };
    options.body = bytes ? body : JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    closed();
    throw new Refused("closed", T("closed"), {});
  }
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer.error, answer.say, answer);
  return answer;
}

function h(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [property, each] of Object.entries(value)) node.style.setProperty(property, each);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const $ = (selector, within = document) => within.querySelector(selector);
const main = () => $("#main");
const live = (text) => { $("#live").textContent = ""; setTimeout(() => { $("#live").textContent = text; }, 30); };
const button = (text, act, kind = "") => h("button", { type: "button", class: `btn ${kind}`, onclick: act }, text);
const kbd = (text) => h("kbd", {}, text);

function refuse(error) {
  if (!(error instanceof Refused)) throw error;
  if (error.id === "closed") return;
  notice(error.message, "bad");
}

function notice(text, kind = "") {
  const node = h("div", { class: `told ${kind}`, role: "status" }, h("span", {}, text),
    h("button", { type: "button", class: "link", onclick: () => node.remove() }, T("close_note")));
  $("#over").replaceChildren(node);
  live(text);
}

const can = (act) => async (...given) => { try { return await act(...given); } catch (error) { refuse(error); return undefined; } };

/* ---- the frame --------------------------------------------------------------------------------------------------- */

let view = { name: "home", id: "", rest: "" }, ended = false;

function parsed() {
  const [name, id, rest] = location.hash.slice(1).split("/").map(decodeURIComponent);
  return { name: ["home", "reading", "report", "letters"].includes(name) ? name : "home", id: id || "", rest: rest || "" };
}

function chosen() {
  const books = home ? home.workbooks : [];
  return books.find((each) => each.id === view.id) || books.find((each) => each.id === lastBook)
    || books.find((each) => each.open || each.state === "first") || books.find((each) => each.figures);
}
let lastBook = "";

function head() {
  const book = chosen();
  const open = book ? book.open : 0;
  const views = [["home", T("views.home"), "#home"], ["reading", T("views.reading"), book && `#reading/${book.id}`],
    ["report", T("views.report"), book && `#report/${book.id}`], ["letters", T("views.letters"), home && home.begun ? "#letters" : ""]];
  $("#top").replaceChildren(
    h("div", { class: "who" }, h("b", {}, T("name")), h("span", {}, home ? home.organisation : ""), h("span", { class: "folder" }, home ? home.folder : "")),
    h("nav", { "aria-label": T("views.label") }, views.map(([name, text, link]) => (link
      ? h("a", { href: link, "aria-current": view.name === name ? "page" : null }, text,
        name === "reading" && open ? h("span", { class: "n" }, number(open), h("span", { class: "vh" }, ` ${T("open", { n: open })}`)) : null)
      : h("span", { class: "off", "aria-disabled": "true" }, text)))),
    h("div", { class: "side" }, h("span", { class: "local" }, T("local")),
      h("label", { class: "vh", for: "tongue" }, T("language")),
      h("select", { id: "tongue", onchange: can(async (event) => { await ask("/api/language", { tag: event.target.value }); location.reload(); }) },
        tongues.map((each) => h("option", { value: each.tag, lang: each.html, selected: each.html === tag }, each.name))),
      h("button", { type: "button", class: "link", onclick: can(async () => { await ask("/api/close", {}); closed(); }) }, T("close"))));
}

function closed() {
  ended = true;
  $("#top").replaceChildren(h("div", { class: "who" }, h("b", {}, T("name"))));
  main().replaceChildren(h("div", { class: "page" }, h("div", { class: "wrap" }, h("h1", { class: "lead" }, T("closed")), h("p", {}, T("closed_how")))));
}

function panel(...children) {
  main().replaceChildren(h("div", { class: "page" }, h("div", { class: "wrap" }, ...children)));
}

/* ---- home -------------------------------------------------------------------------------------------------------- */

const counted = (book) => (book.figures ? T("read_of", { n: book.figures[0], all: book.figures[1] }) : "–");

function asked(book) {
  if (book.state === "drift") return h("span", {}, h("b", { class: "bad" }, T("states.drift")), book.open ? ` ${T("open", { n: book.open })}` : "");
  if (book.open) return h("span", {}, h("b", { class: "bad" }, number(book.open)), ` ${T("open_of", { n: book.open + book.answered })}`);
  if (book.state === "first") return h("b", { class: "bad" }, T("states.first"));
  return h("span", {}, book.answered ? T("answered", { n: book.answered }) : T("none_asked"));
}

function posted(book) {
  const { held, queued, sent, other } = book.letters;
  const parts = [held && h("span", { class: "bad" }, T("letters.held_n", { n: held })), queued && T("letters.ready_n", { n: queued }),
    sent && T("letters.sent_n", { n: sent }), other && h("span", { class: "bad" }, T("letters.other_n", { n: other }))].filter(Boolean);
  return parts.length ? h("span", {}, parts.flatMap((part, i) => (i ? [", ", part] : [part]))) : "–";
}

function next(book, first) {
  const link = (text, where) => h("a", { class: first ? "btn pri" : "btn", href: where }, text);
  if (book.state === "asked" || (book.state === "drift" && book.open)) return link(T("next.answer", { n: book.open }), `#reading/${book.id}`);
  if (book.state === "first" || book.state === "drift") return link(T("next.look"), `#reading/${book.id}/first`);
  if (book.state === "blocked") return link(T("next.cells"), `#report/${book.id}`);
  if (book.state === "password") return unlock(book);
  if (book.state === "ready" && (!book.made || book.letters.held)) return button(T(home.mail ? "next.make" : "next.make_report"), can(() => makeAll(book.id)), first ? "pri" : "");
  if (book.letters.queued) return link(T("next.letters"), "#letters");
  return book.figures ? h("a", { class: "btn quiet", href: `#report/${book.id}` }, T("next.open")) : "";
}

function unlock(book) {
  const field = h("input", { type: "password", autocomplete: "off", "aria-label": T("password_of", { file: book.file }) });
  return h("form", { class: "unlock", onsubmit: can(async (event) => {
    event.preventDefault();
    await ask(`/api/w/${book.id}/password`, { password: field.value });
    field.blur();
    $("#over").replaceChildren();
    await refresh();
  }) }, field, h("button", { class: "btn" }, T("next.read")));
}

async function makeAll(id) {
  await ask("/api/make", id ? { id } : {});
  notice(T("running"));
  await refresh();
}

const URGENT = ["asked", "drift", "first", "blocked", "password", "ready"];

function drawHome() {
  if (!home.begun) return firstRun();
  const books = home.workbooks;
  const order = books.filter((each) => URGENT.includes(each.state) && next(each, false)).sort((a, b) => URGENT.indexOf(a.state) - URGENT.indexOf(b.state) || b.letters.held - a.letters.held);
  const first = order.find((each) => each.state !== "password" && (each.state !== "ready" || !each.made || each.letters.queued || each.letters.held));
  const open = books.reduce((sum, each) => sum + each.open, 0);
  const waits = books.filter((each) => ["asked", "drift", "first"].includes(each.state)).length;
  const row = (book) => h("tr", { "data-id": book.id },
    h("th", { scope: "row" }, book.file, h("small", {}, [book.period, book.sheets && T("sheets", { n: book.sheets }), T(`place.${book.place}`)].filter(Boolean).join(", "))),
    h("td", {}, book.state === "reading" ? h("span", { class: "working" }, T("states.reading")) : book.told.length && !book.figures ? h("span", { class: "bad" }, book.told[0].say) : counted(book),
      book.told.length && !book.figures && book.state !== "password" ? h("small", {}, book.told[0].fix) : ""),
    h("td", { class: book.figures ? "" : "nil" }, book.figures ? asked(book) : "–"),
    h("td", { class: book.figures ? "" : "nil" }, !book.figures ? "–" : book.blocked ? h("span", { class: "bad" }, T("report.not_made")) : ["asked", "drift", "first"].includes(book.state) ? T("report.marked") : book.made ? T("report.made", { at: moment(book.made.at) }) : T("report.can")),
    h("td", { class: book.figures ? "" : "nil" }, book.figures ? posted(book) : "–"),
    h("td", {}, next(book, book === first)));
  const table = books.length ? h("table", { class: "list" }, h("thead", {}, h("tr", {}, ["workbook", "read", "questions", "report", "letters"].map((each) => h("th", { scope: "col" }, T(`columns.${each}`))), h("th", { scope: "col" }, h("span", { class: "vh" }, T("columns.next"))))), h("tbody", {}, books.map(row)))
    : h("p", { class: "sub" }, T("empty"));
  const sentence = !books.length ? T("lead.empty") : books.some((each) => each.state === "reading") ? T("lead.reading") : waits ? T("lead.waits", { n: waits }) : home.letters.queued ? T("lead.ready", { n: home.letters.queued }) : T("lead.nothing");
  const field = h("input", { type: "file", class: "vh", accept: ".xlsx,.xlsm", multiple: true, onchange: (event) => drop([...event.target.files]) });
  panel(h("h1", { class: "lead" }, sentence), h("p", { class: "sub" }, open ? T("lead.each", { n: open }) : ""),
    home.problems.map(told),
    h("div", { class: "home" }, h("div", {}, table, home.running ? h("p", { class: "working" }, T("running")) : home.told.length ? h("div", { class: "came" }, h("h2", {}, T("came_to")), home.told.map(told)) : ""),
      h("div", { class: "aside" }, h("div", { class: "drop" }, h("b", {}, T("drop.title")), h("label", { class: "btn quiet" }, T("drop.choose"), field), h("small", {}, T("drop.note"))),
        h("h2", {}, T("due.title")), home.due.length ? h("ul", {}, home.due.map((each) => h("li", {}, h("span", { class: each.late ? "late" : "" }, day(each.day)), h("div", {}, `${each.report}, ${each.period}`)))) : h("p", { class: "sub" }, T("due.nothing")))));
}

function told(each) {
  return h("p", { class: `problem ${each.severity}` }, h("b", {}, each.at ? `${each.at}: ` : "", each.say), " ", each.fix);
}

const moment = (text) => new Date(text).toLocaleString(tag, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const day = (text) => new Date(`${text}T12:00`).toLocaleDateString(tag, { day: "numeric", month: "short" });

function firstRun() {
  const way = (name, act) => h("div", {}, h("h2", {}, T(`first_run.${name}`)), h("p", {}, T(`first_run.${name}_text`)), act);
  const begin = can(async (ways) => { await ask("/api/start", { with: ways }); await refresh(); });
  const field = h("input", { type: "file", class: "vh", accept: ".xlsx,.xlsm", onchange: can(async (event) => { const files = [...event.target.files]; await ask("/api/start", { with: "own" }); await drop(files); }) });
  panel(h("h1", { class: "lead" }, T("first_run.title")), h("p", { class: "sub" }, T("first_run.text")),
    h("div", { class: "three" }, way("own", h("label", { class: "btn" }, T("first_run.own_do"), field)),
      way("starter", button(T("first_run.starter_do"), () => begin("starter"))), way("sample", button(T("first_run.sample_do"), () => begin("sample")))));
}

const drop = can(async (files) => {
  if (home && !home.begun) await ask("/api/start", { with: "own" });
  let last = null;
  for (const file of files) {
    const path = `/api/workbooks?name=${encodeURIComponent(file.name)}`;
    try {
      last = await ask(path, file, true);
    } catch (error) {
      if (!(error instanceof Refused) || error.id !== "upload_exists") { refuse(error); continue; }
      if (await sure(error.message, T("drop.replace"))) last = await ask(`${path}&then=replace`, file, true);
    }
  }
  if (last) { live(T("drop.taken")); lastBook = last.id; location.hash = "#home"; }
  await refresh();
});

function sure(text, yes) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const done = (answer) => { dialog.close(); dialog.remove(); if (before) before.focus(); resolve(answer); };
    const dialog = h("dialog", { "aria-label": text, oncancel: () => done(false) }, h("p", {}, text),
      h("div", { class: "acts" }, button(yes, () => done(true), "pri"), button(T("cancel"), () => done(false))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("over"); });
addEventListener("dragleave", (event) => { if (!event.relatedTarget) document.body.classList.remove("over"); });
addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("over");
  if (event.dataTransfer && event.dataTransfer.files.length) drop([...event.dataTransfer.files]);
});

/* ---- addresses --------------------------------------------------------------------------------------------------- */

function letters(column) {
  let text = "";
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) text = String.fromCharCode(65 + ((rest - 1) % 26)) + text;
  return text;
}
function place(address) {
  const found = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/.exec(address);
  if (!found) return null;
  let column = 0;
  for (const letter of found[1]) column = column * 26 + letter.charCodeAt(0) - 64;
  return { row: Number(found[2]), column };
}
function area(text) {
  const [first, last] = text.split(":").map(place);
  if (!first) return null;
  const end = last || first;
  return { top: Math.min(first.row, end.row), left: Math.min(first.column, end.column), bottom: Math.max(first.row, end.row), right: Math.max(first.column, end.column) };
}

/* ---- the sheet ---------------------------------------------------------------------------------------------------- */

const HIGH = 25, HEAD = 46, GUTTER = 86, TILE = [64, 32];
const KIND = { k: "kpi", d: "part", p: "period", u: "unit", a: "actual", t: "target", s: "total", x: "left", "?": "waits", h: "head", n: "note", o: "ours", T: "total", O: "ours" };
const FIGURES = "atsx?o";

class Grid {
  constructor(id, sheet, onCell) {
    this.id = id; this.sheet = sheet; this.onCell = onCell; this.tiles = new Map(); this.marks = []; this.at = { row: 1, column: 1 };
    this.edges = [0];
    for (let column = 0; column < sheet.cols; column++) this.edges.push(this.edges[column] + (sheet.widths[column] || 64));
    this.heads = h("div", { class: "gh", role: "row", "aria-rowindex": "1" });
    this.body = h("div", { role: "rowgroup" });
    this.over = h("div", { class: "marks", "aria-hidden": "true" });
    const inner = h("div", { class: "gin", role: "presentation", style: { width: `${GUTTER + this.edges[sheet.cols]}px`, height: `${HEAD + HIGH * sheet.rows}px` } },
      h("div", { role: "rowgroup", class: "gheads" }, this.heads), this.body, this.over);
    this.node = h("div", { class: "grid", role: "grid", tabindex: "0", "aria-label": sheet.name, "aria-rowcount": sheet.rows + 1, "aria-colcount": sheet.cols }, inner);
    this.node.addEventListener("scroll", () => this.later());
    this.node.addEventListener("keydown", (event) => this.key(event));
    this.node.addEventListener("click", (event) => {
      const cell = event.target.closest("[data-row]");
      if (cell) this.go(Number(cell.dataset.row), Number(cell.dataset.column), false);
    });
    this.size = new ResizeObserver(() => this.later());
    this.size.observe(this.node);
  }
  later() {
    if (!this.asked) { this.asked = true; requestAnimationFrame(() => { this.asked = false; this.draw(); }); }
  }
  cell(row, column) {
    const top = Math.floor((row - 1) / TILE[0]), left = Math.floor((column - 1) / TILE[1]), key = `${top},${left}`;
    const tile = this.tiles.get(key);
    if (tile === undefined) { this.fetch(key, top, left); return null; }
    if (tile === null || !tile.rows[row]) return null;
    const place = column - tile.c;
    const mean = tile.mean[row][place];
    return mean === "." ? null : [tile.rows[row][place], mean];
  }
  async fetch(key, top, left) {
    this.tiles.set(key, null);
    const found = await can(() => ask(`/api/w/${this.id}/s/${this.sheet.i}/cells?r=${top * TILE[0] + 1}&c=${left * TILE[1] + 1}`))();
    if (found) { this.tiles.set(key, found); this.later(); } else this.tiles.delete(key);
  }
  column(at) {
    let low = 1, high = this.sheet.cols;
    while (low < high) { const middle = (low + high) >> 1; if (this.edges[middle] <= at) low = middle + 1; else high = middle; }
    return low;
  }
  draw() {
    const { scrollTop: top, scrollLeft: left, clientHeight: tall, clientWidth: wide } = this.node;
    const { rows, cols } = this.sheet;
    const from = Math.max(1, Math.floor(top / HIGH) - 2), to = Math.min(rows, Math.ceil((top + tall) / HIGH) + 2);
    const first = Math.max(2, this.column(left + this.edges[1])), last = this.column(left + wide);
    const columns = cols > 0 ? [1] : [];
    for (let column = first; column <= Math.min(cols, last); column++) columns.push(column);
    const gap = () => (first > 2 && cols > 1 ? [h("div", { class: "gap", role: "presentation", style: { width: `${this.edges[first - 1] - this.edges[1]}px` } })] : []);
    const width = (column) => ({ width: `${this.edges[column] - this.edges[column - 1]}px` });
    const hidden = (column) => (this.sheet.hidden_cols.includes(column) ? " hid" : "");
    const line = (make) => columns.flatMap((column) => (column === first && first > 2 ? [...gap(), make(column)] : [make(column)]));
    this.heads.replaceChildren(h("div", { class: "rh", role: "columnheader", "aria-colindex": "1" }, h("span", { class: "vh" }, T("grid.rows"))),
      ...line((column) => h("div", { class: `c${column === 1 ? " fz" : ""}${hidden(column)}`, role: "columnheader", "aria-colindex": column + 1, style: width(column) },
        h("em", {}, letters(column), hidden(column) ? ` ${T("grid.hidden")}` : ""), h("span", {}, this.sheet.cols_mean[column] || ""))));
    const made = [];
    for (let row = from; row <= to; row++) {
      const dim = this.sheet.hidden_rows.includes(row) ? " hid" : "";
      made.push(h("div", { class: "gr", role: "row", "aria-rowindex": row + 1, style: { top: `${HEAD + (row - 1) * HIGH}px` } },
        h("div", { class: `rh${dim}`, role: "rowheader", "aria-colindex": "1" }, h("b", {}, String(row)), h("span", {}, dim ? T("grid.hidden") : this.sheet.rows_mean[row] || "")),
        ...line((column) => {
          const found = this.cell(row, column), here = this.at.row === row && this.at.column === column;
          const figure = found && FIGURES.includes(found[1]);
          const spill = found && !figure && !this.cell(row, column + 1);
          return h("div", { class: `c${found ? ` k-${KIND[found[1]]}` : ""}${figure ? " n" : ""}${spill ? " spill" : ""}${column === 1 ? " fz" : ""}${found ? hidden(column) || dim : ""}${here ? " act" : ""}`,
            role: "gridcell", id: `g${row}_${column}`, "aria-colindex": column + 1, "aria-selected": here ? "true" : null, "data-row": row, "data-column": column, style: width(column) }, found ? found[0] : "");
        })));
    }
    this.body.replaceChildren(...made);
    this.over.replaceChildren(...this.marks.map((mark) => {
      const fixed = GUTTER + (mark.left > 1 ? this.edges[1] : 0);
      const x = Math.max(GUTTER + this.edges[mark.left - 1], left + fixed), end = GUTTER + this.edges[Math.min(cols, mark.right)];
      if (end - x < 2) return "";
      return h("div", { class: `mark ${mark.kind || ""}`, style: { left: `${x - 1}px`, top: `${HEAD + (mark.top - 1) * HIGH - 1}px`, width: `${end - x + 1}px`, height: `${(mark.bottom - mark.top + 1) * HIGH + 1}px` } },
        mark.label ? h("b", { class: mark.top < 2 ? "in" : "" }, mark.label) : "");
    }).filter(Boolean));
    const active = `g${this.at.row}_${this.at.column}`;
    if (this.body.querySelector(`#${active}`)) this.node.setAttribute("aria-activedescendant", active);
    else this.node.removeAttribute("aria-activedescendant");
  }
  show(at) {
    const y = (at.row - 1) * HIGH, tall = this.node.clientHeight - HEAD;
    if (y < this.node.scrollTop + HIGH) this.node.scrollTop = Math.max(0, y - 2 * HIGH);
    else if (y + HIGH > this.node.scrollTop + tall) this.node.scrollTop = y - tall + 3 * HIGH;
    if (at.column > 1) {
      const x = this.edges[at.column - 1] - this.edges[1], wide = this.node.clientWidth - GUTTER - this.edges[1];
      if (x < this.node.scrollLeft) this.node.scrollLeft = x;
      else if (this.edges[at.column] - this.edges[1] > this.node.scrollLeft + wide) this.node.scrollLeft = this.edges[at.column] - this.edges[1] - wide;
    } else this.node.scrollLeft = 0;
  }
  go(row, column, scroll = true) {
    this.at = { row: Math.min(this.sheet.rows, Math.max(1, row)), column: Math.min(this.sheet.cols, Math.max(1, column)) };
    if (scroll) this.show(this.at);
    this.draw();
    if (this.onCell) this.onCell(`${letters(this.at.column)}${this.at.row}`);
  }
  key(event) {
    const page = Math.max(1, Math.floor((this.node.clientHeight - HEAD) / HIGH) - 2), { row, column } = this.at;
    const steps = { ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], ArrowRight: [row, column + 1], ArrowLeft: [row, column - 1], PageDown: [row + page, column], PageUp: [row - page, column],
      Home: [event.ctrlKey ? 1 : row, 1], End: [event.ctrlKey ? this.sheet.rows : row, this.sheet.cols] };
    const step = steps[event.key];
    if (step) { event.preventDefault(); event.stopPropagation(); this.go(...step); }
  }
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

let book = null, grid = null, sheetAt = 0, step = "", why = false, effectsOf = {};

const waitsFor = () => book.questions.find((each) => each.id === step);
const confirms = () => !book.ours && (book.needs_confirming || book.changed.length > 0) && !book.questions.some((each) => each.grade === "must");

async function readBook() {
  for (let row = chosen(); ; row = chosen()) {
    if (row && row.figures) return row;
    if (row && row.state !== "reading") break;
    main().replaceChildren(h("p", { class: "working wait" }, T("states.reading")));
    await refresh(false);
    if (row && chosen() && !chosen().figures) await new Promise((resolve) => { setTimeout(resolve, 400); });
    if (!chosen() || !["reading", "report"].includes(view.name)) break;
  }
  if (["reading", "report"].includes(view.name)) location.hash = "#home";
  return null;
}

async function openReading() {
  const row = await readBook();
  if (!row) return;
  if (!book || book.id !== row.id) { book = await ask(`/api/w/${row.id}`); sheetAt = 0; effectsOf = {}; grid = null; }
  lastBook = book.id;
  firstStep(view.rest);
  drawReading();
}

function firstStep(wanted) {
  if (wanted === "first" && confirms()) step = "first";
  else if (book.questions.some((each) => each.id === wanted)) step = wanted;
  else step = book.questions.length ? book.questions[0].id : confirms() ? "first" : "done";
}

function drawReading() {
  main().replaceChildren(h("div", { class: "rd" }, h("section", { class: "qp", "aria-label": T("reading.pane") }, h("div", { class: "qbody" }), h("div", { class: "qact" }), h("p", { class: "kept" }, T("reading.kept", { file: book.store }))),
    h("section", { class: "sheet", "aria-label": T("reading.sheet") }, h("div", { class: "acc" }), h("div", { class: "fx" }), h("div", { class: "here" }), h("div", { class: "legend" }), h("div", { class: "tabs", role: "tablist", "aria-label": T("reading.sheets") }))));
  drawAccount(); drawLegend(); drawPane(false);
  const question = waitsFor();
  pick(question && question.places.length ? question.places[0].sheet : Math.min(sheetAt, book.sheets.length - 1));
  if (question) toCells(question);
}

function drawAccount() {
  const { all, read, totals, left, reasons, more } = book.account;
  const share = (n) => ({ width: `${all ? Math.max(n ? 3 : 0, (200 * n) / all) : 0}px` });
  $(".acc").replaceChildren(h("b", {}, T("account.of", { n: read + totals + left, all })),
    h("span", { class: "seg", "aria-hidden": "true" }, h("i", { class: "r", style: share(read) }), h("i", { class: "t", style: share(totals) }), h("i", { class: "o", style: share(left) })),
    h("span", { class: "k" }, h("i", { class: "r" }), T("account.read", { n: read })), h("span", { class: "k" }, h("i", { class: "t" }), T("account.totals", { n: totals })),
    h("span", { class: "k" }, h("i", { class: "o" }), T("account.left", { n: left }), left ? h("button", { type: "button", class: "link", "aria-expanded": String(why), onclick: () => { why = !why; drawAccount(); $(".acc button").focus(); } }, T("account.why")) : ""),
    why ? h("ul", { class: "reasons" }, reasons.map((each) => h("li", {}, h("b", {}, number(each.n)), h("button", { type: "button", class: "link", onclick: () => toPlace(each) }, `${each.of}!${each.at}`), h("span", {}, each.why))), more ? h("li", {}, T("account.more", { n: more })) : "") : "");
}

function drawLegend() {
  $(".legend").replaceChildren(...["kpi", "part", "period", "unit", "actual", "target", "total", "ours", "left", "waits"].map((each) => h("span", {}, h("i", { class: `k-${each}` }), T(`mean.${each}`))), h("span", {}, h("i", { class: "hid" }), T("grid.hidden_in_excel")));
}

function pick(number_) {
  sheetAt = number_;
  const sheet = book.sheets[number_];
  grid = new Grid(book.id, sheet, showCell);
  $(".here").replaceChildren(grid.node);
  $(".tabs").replaceChildren(...book.sheets.map((each) => h("button", { type: "button", role: "tab", "aria-selected": String(each.i === number_), tabindex: each.i === number_ ? "0" : "-1", class: each.left ? "out" : "", onclick: () => { pick(each.i); $(`.tabs [aria-selected=true]`).focus(); }, onkeydown: tabKey },
    each.name, each.open ? h("span", { class: "qn" }, ` ${each.open} ?`) : "", h("small", {}, [T("figures", { n: each.figures }), each.hidden ? T("grid.hidden_in_excel") : ""].filter(Boolean).join(", ")))));
  marks();
  grid.draw();
  grid.go(1, 1, false);
}

function tabKey(event) {
  const turn = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!turn) return;
  event.preventDefault(); event.stopPropagation();
  pick((sheetAt + turn + book.sheets.length) % book.sheets.length);
  $(".tabs [aria-selected=true]").focus();
}

let cellAsked = 0;
const showCell = can(async (at) => {
  const mine = ++cellAsked, line = $(".fx");
  const found = await ask(`/api/w/${book.id}/s/${sheetAt}/cell/${at}`);
  if (mine !== cellAsked || !line.isConnected) return;
  line.replaceChildren(h("div", { class: "ad" }, at), h("div", {}, found.shows), h("div", {}, found.mean !== "." ? h("i", { class: `mk k-${KIND[found.mean]}` }) : "", found.say));
});

function marks() {
  const question = waitsFor();
  const frames = (places, label, kind) => places.filter((each) => each.sheet === sheetAt).map((each, i) => ({ ...area(each.range), label: i ? "" : label, kind })).filter((each) => each.top);
  if (question) grid.marks = frames(question.places, T("question", { n: book.questions.indexOf(question) + 1 }));
  else if (step === "first") grid.marks = frames(book.tables.tables.filter((each, i) => i === tableAt), T("table", { n: tableAt + 1 }), "table");
  else grid.marks = [];
}

let tableAt = 0;

function toPlace(where) {
  if (where.sheet !== sheetAt) pick(where.sheet);
  const at = place(where.at) || area(where.at) && { row: area(where.at).top, column: area(where.at).left };
  if (at) grid.go(at.row, at.column);
}

function toCells(question) {
  const where = question.places[0];
  const found = where && area(where.range);
  if (!found) return;
  if (where.sheet !== sheetAt) pick(where.sheet);
  grid.go(found.top, found.left);
}

function drawPane(focus = true) {
  const [body, acts] = [$(".qbody"), $(".qact")];
  const question = waitsFor();
  if (question) askPane(question, body, acts);
  else if (step === "first") firstPane(body, acts);
  else donePane(body, acts);
  body.scrollTop = 0;
  if (grid) { marks(); grid.draw(); }
  if (focus) { const title = $("h2", body); title.focus(); }
}

function steps() {
  return h("div", { class: "steps" }, book.answered.map(() => h("i", { class: "ok" })), book.questions.map((each, i) => h("button", { type: "button", class: each.id === step ? "cur" : "", "aria-label": T("question", { n: i + 1 }), "aria-current": each.id === step ? "step" : null, onclick: () => { step = each.id; drawPane(); toCells(each); } }, h("i", {}))));
}

function askPane(question, body, acts) {
  const at = book.questions.indexOf(question);
  const options = question.answers.map((each, i) => h("label", { class: "opt", "data-answer": each.id }, h("input", { type: "radio", name: "answer", value: each.id, checked: each.assumed, onchange: mark }),
    h("span", { class: "l" }, each.label, each.assumed ? h("span", { class: "tag" }, ` ${T("assumed")}`) : ""), i < 9 ? kbd(String(i + 1)) : h("span"), h("span", { class: "ef" })));
  const typed = h("input", { type: "text", class: "own", maxlength: "200", "aria-label": T("reading.own"), oninput: () => { $("input[value='']", body).checked = true; mark(); } });
  if (question.free) options.push(h("label", { class: "opt" }, h("input", { type: "radio", name: "answer", value: "", onchange: () => { mark(); typed.focus(); } }), h("span", { class: "l" }, T("reading.own")), h("span"), h("span", { class: "ef" }, typed)));
  body.replaceChildren(h("div", { class: "qhead" }, h("span", {}, T("question_of", { n: at + 1, all: book.questions.length })), h("span", {}, T("answered", { n: book.answered.length }))), steps(),
    book.changed.length ? h("div", { class: "drift" }, h("b", {}, T("reading.drift")), h("ul", {}, book.changed.slice(0, 6).map((each) => h("li", {}, each)))) : "",
    book.told.map((each) => h("p", { class: "drift" }, each)),
    h("h1", { class: "vh" }, T("views.reading")),
    h("h2", { tabindex: "-1", id: "asks" }, question.title), h("p", { class: "why" }, question.why),
    question.places.length ? h("p", { class: "cellslink" }, question.places.slice(0, 4).flatMap((each, i) => [i ? ", " : "", h("button", { type: "button", class: "link", onclick: () => { toPlace({ sheet: each.sheet, at: each.range }); grid.node.focus(); } }, `${book.sheets[each.sheet].name}!${each.range}`)]), " ", kbd("G")) : "",
    question.ticks.length ? h("details", {}, h("summary", {}, T("reading.ticks")), h("ul", { class: "ticks" }, question.ticks.map((each) => h("li", {}, h("span", {}, each.name), h("span", {}, each.answer))))) : "",
    h("p", { class: "impact" }, T("effect.computing")), h("fieldset", { "aria-labelledby": "asks" }, options));
  acts.replaceChildren(h("button", { type: "button", class: "btn pri", onclick: take }, T("confirm"), kbd("Enter")), button(T("later"), () => turn(1)),
    h("a", { class: "btn quiet", href: `/api/w/${book.id}/reading.xlsx`, download: true }, T("reading.in_excel")));
  mark();
  effects(question);
}

function mark() {
  for (const each of document.querySelectorAll(".qbody .opt")) each.classList.toggle("sel", $("input", each).checked);
  const chosen_ = $(".qbody input[name=answer]:checked"), typed = $(".qbody .own");
  $(".qact .pri").disabled = !chosen_ || (chosen_.value === "" && !(typed && typed.value.trim()));
}

const STATUS = ["on", "watch", "off", "none", "info", "not-started"];

const effects = can(async (question) => {
  const key = `${book.rev} ${question.id}`;
  if (!effectsOf[key]) effectsOf[key] = await ask(`/api/w/${book.id}/effects/${encodeURIComponent(question.id)}`);
  if (step !== question.id || view.name !== "reading") return;
  const found = effectsOf[key];
  const most = Object.values(found).filter(Boolean);
  const verdicts = Math.max(0, ...most.map((each) => each.verdicts)), figures = Math.max(0, ...most.map((each) => each.figures));
  $(".impact").replaceChildren(...(verdicts ? [T("effect.verdicts_lead"), " ", h("b", {}, T("effect.verdicts", { n: verdicts }))] : figures ? [T("effect.verdicts_lead"), " ", h("b", {}, T("effect.figures", { n: figures }))] : [T("effect.nothing")]));
  for (const node of document.querySelectorAll(".qbody .opt[data-answer]")) {
    const change = found[node.dataset.answer], lines = $(".ef", node);
    if (change === null) { lines.replaceChildren(T("effect.no_report")); continue; }
    if (!change || !change.shown.length) continue;
    const signal = (each) => h("span", { class: `s-${STATUS.includes(each) ? each : "none"}` }, T(`status.${each || "none"}`));
    lines.replaceChildren(...change.shown.map((each) => h("span", { class: "move" }, h("span", {}, each.kpi, " ", h("span", { class: "nn" }, each.what === "figure" ? `${each.before || "–"} → ${each.after || "–"}` : each.after || each.before)),
      each.what === "verdict" ? h("span", {}, signal(each.was), h("span", { class: "vh" }, ` ${T("effect.becomes")} `), h("span", { "aria-hidden": "true" }, " → "), signal(each.would)) : h("span", {}, T(`effect.${each.what}${each.what === "figure" && each.year ? "_year" : ""}`)))), change.more ? h("span", { class: "nn" }, T("effect.more", { n: change.more })) : "");
  }
});

const take = can(async () => {
  const question = waitsFor(), input = $(".qbody input[name=answer]:checked");
  if (!question || !input || $(".qact .pri").disabled) return;
  const value = input.value === "" ? $(".qbody .own").value : input.value;
  const at = book.questions.indexOf(question);
  try {
    book = await ask(`/api/w/${book.id}/answers`, { rev: book.rev, answers: [{ question: question.id, answer: value }] });
  } catch (error) {
    if (error instanceof Refused && error.id === "changed") { await reread(); }
    throw error;
  }
  live([T("reading.taken"), book.fell_away ? T("reading.fell_away", { n: book.fell_away }) : "", book.questions.length ? T("open", { n: book.questions.length }) : ""].filter(Boolean).join(" "));
  step = book.questions.length ? book.questions[Math.min(at, book.questions.length - 1)].id : confirms() ? "first" : "done";
  await settled();
});

async function settled() {
  const here = sheetAt;
  drawAccount();
  drawPane();
  const question = waitsFor();
  pick(question && question.places.length ? question.places[0].sheet : here);
  if (question) toCells(question);
  await refresh(false);
}

async function reread() {
  book = await ask(`/api/w/${book.id}`);
  firstStep(step);
  drawReading();
}

function turn(by) {
  if (!book.questions.length) return;
  const at = book.questions.findIndex((each) => each.id === step);
  const question = book.questions[(at + by + book.questions.length) % book.questions.length];
  step = question.id;
  drawPane();
  toCells(question);
}

function firstPane(body, acts) {
  const { tables, left, more_left: more, folded } = book.tables;
  const wrong = h("textarea", { maxlength: "600", rows: "3", id: "wrong" });
  const box = h("div", { class: "wrong", hidden: true }, h("label", { for: "wrong" }, T("first.wrong")), wrong, h("div", { class: "acts" }, button(T("first.keep_wrong"), can(async () => { if (wrong.value.trim()) await seen(wrong.value); }), "pri"), button(T("cancel"), () => { box.hidden = true; $("h2", body).focus(); })));
  const figure = (text, where) => h("button", { type: "button", class: "link", onclick: () => { toPlace(where); } }, text);
  const line = (each) => h("tr", {}, h("th", { scope: "row" }, each.name, each.unit ? h("small", {}, ` ${each.unit}`) : "", each.titled ? h("small", {}, ` (${each.titled})`) : "", each.odd.map((text) => h("small", { class: "bad" }, ` ${text}`))), h("td", {}, figure(each.first, each.first_at)), h("td", {}, figure(each.last, each.last_at)));
  const table = (each, i) => h("li", { class: `opt tb${i === tableAt ? " sel" : ""}`, tabindex: "-1", id: `tb${i}`, onfocusin: () => frame(i) },
    h("div", { class: "l" }, each.says.map((text) => h("p", { class: text.startsWith("! ") ? "bad" : "" }, text.replace(/^! /, "")))), kbd(String(i + 1)),
    h("div", { class: "ef" }, figure(each.place, { sheet: each.sheet, at: each.range }), each.titles.length ? `: ${each.titles.join("; ")}` : "", each.parts.map((text) => h("p", {}, text)), each.hidden ? h("p", { class: "bad" }, T("first.hidden", { names: each.hidden })) : "", each.sheet_hidden ? h("p", { class: "bad" }, T("first.sheet_hidden")) : "",
      h("details", { open: each.lines.length <= 6 }, h("summary", {}, T("first.lines", { n: each.lines.length + each.more })), h("table", { class: "lines" }, h("thead", {}, h("tr", {}, ["line", "from", "to"].map((name) => h("th", { scope: "col" }, T(`first.${name}`))))), h("tbody", {}, each.lines.map(line))), each.more ? h("p", {}, T("first.more", { n: each.more })) : ""),
      each.alike ? h("p", {}, T("first.alike", { places: each.alike })) : ""));
  body.replaceChildren(h("div", { class: "qhead" }, h("span", {}, T("first.head")), h("span", {}, T("answered", { n: book.answered.length }))), steps(), h("h1", { class: "vh" }, T("views.reading")),
    h("h2", { tabindex: "-1" }, T("first.asks")), h("p", { class: "why" }, book.changed.length ? T("first.changed", { by: book.confirmed_by, day: book.confirmed_on }) : T("first.why", { file: book.file })),
    book.changed.length ? h("ul", { class: "drift" }, book.changed.slice(0, 12).map((each) => h("li", {}, each))) : "", book.wrong ? h("p", { class: "drift" }, T("first.was_wrong", { text: book.wrong })) : "",
    h("ul", { class: "tbs" }, tables.map(table)), h("h3", {}, T("first.left", { n: book.account.left, totals: book.account.totals })),
    left.length ? h("ul", { class: "lol" }, left.map((each) => h("li", {}, figure(each.text, each.at), each.more ? ` ${T("first.more", { n: each.more })}` : "")), more ? h("li", {}, T("account.more", { n: more })) : "") : "", folded ? h("p", { class: "why" }, folded) : "", box);
  acts.replaceChildren(h("button", { type: "button", class: "btn pri", onclick: can(() => seen("")) }, T("first.yes"), kbd("Enter")), button(T("first.not"), () => { box.hidden = false; wrong.focus(); }));
}

function frame(i) {
  if (tableAt === i && grid.marks.length) return;
  tableAt = i;
  for (const [n, each] of [...document.querySelectorAll(".tb")].entries()) each.classList.toggle("sel", n === i);
  const table = book.tables.tables[i];
  if (table.sheet !== sheetAt) pick(table.sheet);
  marks();
  const corner = area(table.range);
  if (corner) grid.show({ row: corner.top, column: corner.left });
  grid.draw();
}

async function seen(wrong) {
  book = await ask(`/api/w/${book.id}/confirm`, { rev: book.rev, sha256: book.sha256, wrong });
  live(wrong ? T("first.kept") : T("first.confirmed"));
  step = wrong ? "first" : "done";
  await settled();
}

function donePane(body, acts) {
  const again = (each) => button(T("change"), can(async () => { book = await ask(`/api/w/${book.id}/undo`, { rev: book.rev, question: each.id }); live(T("reading.back")); firstStep(each.id); await settled(); }), "quiet");
  body.replaceChildren(h("div", { class: "qhead" }, h("span", {}, ""), h("span", {}, T("answered", { n: book.answered.length }))), steps(), h("h1", { class: "vh" }, T("views.reading")),
    h("h2", { tabindex: "-1" }, book.ours ? T("done.ours") : T("done.title")), h("p", { class: "why" }, book.ours ? T("done.ours_text") : T("done.text", { by: book.confirmed_by, day: book.confirmed_on })),
    h("ul", { class: "donel" }, book.answered.map((each) => h("li", {}, h("span", {}, each.answer, h("small", {}, [each.where, each.by].filter(Boolean).join(", "))), again(each)))));
  acts.replaceChildren(h("a", { class: "btn pri", href: `#report/${book.id}` }, T("done.report")), h("a", { class: "btn", href: "#letters" }, T("views.letters")));
}

/* ---- report ------------------------------------------------------------------------------------------------------- */

async function openReport() {
  const row = await readBook();
  if (!row) return;
  lastBook = row.id;
  main().replaceChildren(h("p", { class: "working wait" }, T("report.making")));
  const found = await ask(`/api/w/${row.id}/report`);
  if (view.name !== "report") return;
  const cells = (places) => (places || []).slice(0, 3).map((each) => h("a", { href: `#reading/${row.id}`, onclick: () => { wantedCell = { sheet: each.sheet, at: each.range || each.at }; } }, T("report.to_cell")));
  const group = (name, items, kind = "") => (items.length ? h("section", {}, h("h3", { class: kind }, T(`report.${name}`), h("span", {}, number(items.length))), h("ul", {}, items)) : "");
  const problem = (each) => h("li", {}, h("b", {}, each.at), " ", each.say, h("small", {}, each.fix), each.place ? h("span", { class: "go" }, cells([each.place])) : "");
  const open = [...found.open.map((each) => h("li", {}, each.title, h("span", { class: "go" }, h("a", { href: `#reading/${row.id}` }, T("report.answer")), cells(each.places)))), ...(found.first && !found.open.length ? [h("li", {}, T("report.first"), h("span", { class: "go" }, h("a", { href: `#reading/${row.id}/first` }, T("next.look"))))] : []), ...found.changed.map((each) => h("li", {}, each))];
  const links = found.blocked ? [] : [["report.pdf", T("report.pdf")], ["results.xlsx", T("report.results")]].map(([name, text]) => h("a", { class: "btn", href: `/api/w/${row.id}/${name}`, download: true }, text));
  const state = open.length ? h("span", { class: "bad" }, T("report.unconfirmed", { n: open.length })) : h("span", {}, T("report.confirmed"));
  const ready = !open.length && !found.blocked;
  main().replaceChildren(h("div", { class: "rpbar" }, h("h1", {}, [found.period, found.file].filter(Boolean).join(", ")), state, h("span", { class: "sp" }), links,
    ready && (!found.made || row.letters.held) ? button(T(home.mail ? "next.make" : "next.make_report"), can(() => makeAll(row.id)), "pri") : h("a", { class: "btn", href: "#letters" }, T("views.letters"))),
    h("div", { class: "rp" }, found.blocked ? h("div", { class: "page" }, h("div", { class: "wrap" }, h("p", { class: "lead" }, T("report.blocked")))) : h("iframe", { src: `/api/w/${row.id}/report.html?rev=${found.rev}`, title: T("report.frame", { file: found.file }), sandbox: "allow-scripts" }),
      h("aside", { tabindex: "0", "aria-label": T("report.beside") }, group("open", open, "bad"), group("mend", found.errors.map(problem), "bad"), group("look", found.warnings.map(problem)), group("right", found.totals ? [h("li", {}, T("report.totals", { n: found.totals }))] : []))));
}
let wantedCell = null;

/* ---- letters ------------------------------------------------------------------------------------------------------ */

let post = null, letterAt = "";

async function openLetters() {
  const found = await ask("/api/letters");
  if (view.name !== "letters") return;
  post = found;
  if (!post.letters.some((each) => each.key === letterAt)) letterAt = post.letters.length ? post.letters[0].key : "";
  drawLetters();
}

const held = (each) => each.state === "held";

function drawLetters() {
  const ready = post.letters.filter((each) => each.state === "queued"), holds = post.letters.filter(held), mayGo = holds.filter((each) => each.why !== "reading");
  const waits = holds.length - mayGo.length;
  const title = !post.mail ? T("letters.no_mail") : !post.letters.length ? T("letters.none") : ready.length ? T("letters.ready_lead", { n: ready.length }) : holds.length ? T("letters.held_lead", { n: holds.length }) : T("letters.all_sent");
  const to = h("input", { type: "email", id: "tester", value: post.owner, autocomplete: "off" });
  const row = chosen();
  const list = h("div", { class: "lst", role: "listbox", "aria-label": T("views.letters"), tabindex: "0", onkeydown: letterKey, "aria-activedescendant": letterAt ? `l${letterAt}` : null }, post.letters.map((each) => h("div", { class: "row", role: "option", id: `l${each.key}`, "aria-selected": String(each.key === letterAt), onclick: () => { letterAt = each.key; drawLetters(); } },
    h("b", {}, each.to), h("span", { class: `st ${["sent", "queued", "cancelled"].includes(each.state) ? "" : "bad"}` }, held(each) ? T(`letters.why.${each.why}`) : T(`letters.state.${each.state}`)), h("small", {}, each.subject), each.reason && each.why !== "reading" && each.why !== "hand" && each.state !== "sent" ? h("small", { class: "reason" }, each.reason) : "")));
  const acts = [ready.length ? button(T("letters.send_all", { n: ready.length }), can(() => sendAll(ready)), "pri") : "", mayGo.length ? button(T("letters.release_all", { n: mayGo.length }), can(() => decide("release", mayGo))) : "", ready.length ? button(T("letters.hold_all"), can(() => decide("hold", ready))) : ""];
  main().replaceChildren(h("div", { class: "lt" }, h("section", { class: "who2", "aria-label": T("views.letters") }, h("div", { class: "lead2" }, h("h1", {}, title), !post.mail ? h("p", { class: "sub" }, T("letters.no_mail_text")) : waits ? h("p", { class: "sub" }, T("letters.waits", { n: waits }), " ", row ? h("a", { href: `#reading/${row.id}` }, T("next.look")) : "") : !post.letters.length ? h("p", { class: "sub" }, T("letters.none_text")) : "", post.running ? h("p", { class: "working" }, T("running")) : "", post.problems.map(told), post.told.map(told)),
    list, h("div", { class: "acts" }, acts), post.mail && row && row.figures && row.state !== "blocked" ? h("form", { class: "acts test", onsubmit: can(async (event) => { event.preventDefault(); await testTo(row, to.value); }) }, h("label", { for: "tester" }, T("letters.test_to", { file: row.file })), to, h("button", { class: "btn" }, T("letters.test"))) : ""),
    h("section", { class: "prev", "aria-label": T("letters.preview"), tabindex: "0" })));
  if (letterAt) preview(letterAt);
}

function letterKey(event) {
  const turn_ = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!turn_ || !post.letters.length) return;
  event.preventDefault(); event.stopPropagation();
  const at = post.letters.findIndex((each) => each.key === letterAt);
  letterAt = post.letters[Math.min(post.letters.length - 1, Math.max(0, at + turn_))].key;
  drawLetters();
  $(".lst").focus();
}

const preview = can(async (key) => {
  const each = post.letters.find((one) => one.key === key), pane = $(".prev");
  let head_;
  try { head_ = await ask(`/api/letters/${key}`); } catch (error) { if (error instanceof Refused && error.id === "letter") { pane.replaceChildren(h("p", {}, error.message)); return; } throw error; }
  if (!pane.isConnected || letterAt !== key) return;
  const one = [each];
  const size = (n) => T("letters.size", { n: Math.max(1, Math.round(n / 1000)) });
  const acts = each.state === "queued" ? [button(T("letters.hold"), can(() => decide("hold", one)))] : held(each) && each.why !== "reading" ? [button(T("letters.release"), can(() => decide("release", one)))] : each.state === "uncertain" ? [button(T("letters.arrived"), can(() => decide("arrived", one))), button(T("letters.again"), can(async () => { if (await sure(T("letters.again_sure", { to: each.to }), T("letters.again"))) await decide("again", one); }))] : [];
  pane.replaceChildren(h("div", { class: "mailbox" }, h("dl", { class: "hd" }, h("dt", {}, T("letters.to")), h("dd", {}, head_.to), h("dt", {}, T("letters.subject")), h("dd", {}, h("b", {}, head_.subject)), h("dt", {}, T("letters.with")), h("dd", {}, head_.files.map((file) => h("div", {}, `${file.name}, ${size(file.size)}`)))), h("iframe", { src: `/api/letters/${key}/page`, title: T("letters.preview"), sandbox: "" })), acts.length ? h("div", { class: "acts" }, acts) : "");
});

async function decide(what, entries) {
  const done = await ask(`/api/letters/${what}`, { keys: entries.map((each) => each.key) });
  notice(T(`letters.did.${what}`, { n: done.done }));
  await refresh(false);
  await openLetters();
}

async function sendAll(ready) {
  const people = ready.map((each) => each.to).join(", ");
  if (!(await sure(T("letters.sure", { n: ready.length, people }), T("letters.send_all", { n: ready.length })))) return;
  const done = await ask("/api/letters/send", { letters: ready.map((each) => ({ key: each.key, hash: each.hash })) });
  const rest = done.failed + done.uncertain + done.deferred + done.held;
  notice(T("letters.did.sent", { n: done.sent }) + (rest ? ` ${T("letters.did.rest", { n: rest })}` : "") + done.told.map((each) => ` ${each.say}`).join(""), rest || done.told.length ? "bad" : "");
  await refresh(false);
  await openLetters();
}

async function testTo(row, to) {
  notice(T("letters.testing"));
  const done = await ask("/api/letters/test", { id: row.id, to });
  notice((done.sent || done.told.length ? T("letters.did.test", { n: done.sent }) : T("letters.did.same")) + done.told.map((each) => ` ${each.say}`).join(""), done.told.length ? "bad" : "");
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

function keys() {
  const rows = ["choose", "enter", "turn", "cells", "panes", "move", "back", "list"];
  const dialog = h("dialog", { class: "keys", "aria-label": T("keys.title"), onclose: () => dialog.remove() }, h("h2", {}, T("keys.title")), h("dl", {}, rows.flatMap((each) => [h("dt", {}, T(`keys.${each}_keys`)), h("dd", {}, T(`keys.${each}`))])), button(T("close_note"), () => dialog.close()));
  document.body.append(dialog);
  dialog.showModal();
}

addEventListener("keydown", (event) => {
  if (ended || $("dialog[open]")) return;
  const writing = event.target.closest("textarea, select, input:not([type=radio])");
  if (event.key === "F6" && view.name === "reading") {
    event.preventDefault();
    if (grid && grid.node.contains(document.activeElement)) $(".qbody h2").focus(); else if (grid) grid.node.focus();
    return;
  }
  if (writing || event.altKey || event.metaKey) return;
  if (event.key === "?") { event.preventDefault(); keys(); return; }
  if (view.name !== "reading" || !book || !$(".qbody")) return;
  const pressed = event.target.closest("button, a, summary"), question = waitsFor();
  if (event.ctrlKey) {
    if (event.key.toLowerCase() === "z" && book.answered.length) { event.preventDefault(); const last = book.answered[book.answered.length - 1]; can(async () => { book = await ask(`/api/w/${book.id}/undo`, { rev: book.rev, question: last.id }); live(T("reading.back")); firstStep(last.id); await settled(); })(); }
    return;
  }
  if (/^[1-9]$/.test(event.key)) {
    const each = question ? document.querySelectorAll(".qbody input[name=answer]")[Number(event.key) - 1] : null;
    if (each) { each.checked = true; each.focus(); mark(); } else if (step === "first" && $(`#tb${Number(event.key) - 1}`)) $(`#tb${Number(event.key) - 1}`).focus();
  } else if (event.key === "Enter" && !pressed) {
    event.preventDefault();
    if (question) take(); else if (step === "first" && !(grid && grid.node.contains(event.target))) can(() => seen(""))();
  } else if (event.key.toLowerCase() === "g" && question) { toCells(question); grid.node.focus(); }
  else if ((event.key === "ArrowRight" || event.key === "ArrowLeft") && question && event.target.type !== "radio") { event.preventDefault(); turn(event.key === "ArrowRight" ? 1 : -1); }
});

/* ---- going on ----------------------------------------------------------------------------------------------------- */

let timer = 0, shownHome = "", wasRunning = false;

async function refresh(draw = true) {
  clearTimeout(timer);
  if (ended) return;
  try {
    home = await ask("/api/home");
  } catch (error) { if (ended) return; refuse(error); }
  if (home) {
    const now = JSON.stringify(home), fresh = now !== shownHome;
    if (fresh) head();
    const ended_ = wasRunning && !home.running;
    wasRunning = home.running;
    if (ended_) {
      notice([T("ran"), ...home.told.slice(0, 2).map((each) => `${each.at ? `${each.at}: ` : ""}${each.say}`)].join(" "), home.told.length ? "bad" : "");
      if (view.name === "report") await can(openReport)();
      if (view.name === "letters") await can(openLetters)();
    }
    const typing = main().contains(document.activeElement) && /^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName) && document.activeElement.type !== "radio" && document.activeElement.type !== "file";
    if (draw && fresh && view.name === "home" && !typing) keepFocus(drawHome);
    if (draw && fresh && view.name === "letters" && shownHome && !typing) await openLetters();
    shownHome = now;
  }
  const working = home && (home.running || home.workbooks.some((each) => each.state === "reading" || each.computing));
  timer = setTimeout(() => refresh(), working ? 700 : 5000);
}

function keepFocus(act) {
  const text = document.activeElement && main().contains(document.activeElement) ? document.activeElement.textContent : "";
  act();
  if (text) { const same = [...document.querySelectorAll("#main a, #main button")].find((each) => each.textContent === text); if (same) same.focus(); }
}

const route = can(async () => {
  view = parsed();
  head();
  $("#over").replaceChildren();
  if (view.name === "home") { shownHome = ""; await refresh(); }
  else if (view.name === "reading") { book = null; await openReading(); if (wantedCell && book) { toPlace(wantedCell); wantedCell = null; } }
  else if (view.name === "report") await openReport();
  else await openLetters();
  if (view.name !== "reading") main().focus({ preventScroll: true });
});

addEventListener("hashchange", route);

(async () => {
  const found = await ask("/api/words");
  said = found.words; tag = found.html; tongues = found.languages; plural = new Intl.PluralRules(tag);


  await refresh(false);
  await route();
})();
