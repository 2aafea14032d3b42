// The table of variants: filters, order, and only as many rows in the document as can be seen.
const filter = { text: "", verdicts: new Set(), flaky: false, scenario: "", tag: "", factor: "", level: "", chosen: null };
const order = { by: "number", down: false };
let view = [];
let rows = null;
let scroller = null;
let space = null;
const drawn = new Map();
const narrow = window.matchMedia("(max-width: 640px)");
const rowHeight = () => (narrow.matches ? 64 : 36);

const COLUMNS = [
  ["number", "number", (variant) => variant.number],
  ["name", "variant", (variant) => variant.name],
  ["result", "result", (variant) => WORST.indexOf(variant.verdict) * 1000 + variant.raw.w],
  ["task", "task", (variant) => variant.task ?? ""],
  ["time", "time", (variant) => variant.time ?? -1],
  ["credits", "credits", (variant) => variant.credits ?? -1],
];
// Only where there were runs before; between the result and the task.
const PAST = ["past", "past", changes];

function haystack(variant) {
  if (variant.hay === undefined) {
    const levels = Object.entries(variant.levels).map(([key, value]) => `${key}=${shown(value)}`);
    const codes = variant.findings.map((finding) => `${finding.code} ${finding.field ?? ""} ${finding.message}`);
    variant.hay = [variant.number, variant.name, variant.id, variant.task ?? "", variant.scenario, variant.result, ...levels, ...codes]
      .join(" ")
      .toLowerCase();
  }
  return variant.hay;
}

function matches(variant) {
  if (filter.chosen && !filter.chosen.has(variant.index)) return false;
  if (filter.flaky && !variant.flaky) return false;
  if (filter.verdicts.size && !filter.verdicts.has(variant.verdict)) return false;
  if (filter.scenario !== "" && variant.scenario !== filter.scenario) return false;
  if (filter.tag !== "" && !variant.tags.includes(filter.tag)) return false;
  if (filter.factor !== "" && filter.level !== "" && keyOf(level(variant, filter.factor)) !== filter.level) return false;
  return filter.text === "" || filter.text.split(/\s+/).every((word) => haystack(variant).includes(word));
}

function refresh() {
  const key = COLUMNS.find(([by]) => by === order.by)[2];
  view = all.filter(matches);
  const sign = order.down ? -1 : 1;
  view.sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    const found = typeof left === "number" ? left - right : left.localeCompare(right, undefined, { numeric: true });
    return sign * found || a.number - b.number;
  });
  for (const [by] of COLUMNS) {
    byId(`head-${by}`).setAttribute("aria-sort", by !== order.by ? "none" : order.down ? "descending" : "ascending");
  }
  byId("table").setAttribute("aria-rowcount", view.length + 1);
  const said = say("shown", { shown: view.length, all: all.length });
  byId("shown").textContent = filter.chosen ? `${said} · ${say("chosen")}` : said;
  byId("clear").hidden = view.length === all.length && !filter.text;
  byId("nothing").hidden = view.length > 0;
  for (const box of document.querySelectorAll("#filters [data-is]")) {
    const on = box.dataset.is === "flaky" ? filter.flaky : filter.verdicts.has(box.dataset.is);
    box.setAttribute("aria-pressed", String(on));
  }
  scroller.scrollTop = 0;
  for (const row of drawn.values()) row.remove();
  drawn.clear();
  draw();
}

function draw() {
  const height = rowHeight();
  space.style.height = `${view.length * height}px`;
  scroller.style.height = `${Math.min(view.length * height, Math.max(window.innerHeight * 0.7, 320)) + 2}px`;
  const first = Math.max(0, Math.floor(scroller.scrollTop / height) - 8);
  const last = Math.min(view.length, Math.ceil((scroller.scrollTop + scroller.clientHeight) / height) + 8);
  for (const [place, row] of drawn) {
    if (place < first || place >= last || row.dataset.id !== view[place].id) {
      row.remove();
      drawn.delete(place);
    }
  }
  for (let place = first; place < last; place += 1) {
    if (drawn.has(place)) continue;
    const row = rowOf(view[place], place);
    row.style.top = `${place * height}px`;
    // In the order of the lines, so that Tab goes from one to the next.
    const after = drawn.get(place + 1);
    if (after) after.before(row);
    else rows.append(row);
    drawn.set(place, row);
  }
}

// The name of a row of a matrix is its levels: they are not said a second time.
const isMade = (variant) => variant.name.includes("=") && Object.keys(variant.levels).every((key) => variant.name.includes(`${line(key)}=`));

function levelsOf(variant) {
  if (isMade(variant)) return [];
  return Object.entries(variant.levels).slice(0, 8).map(([key, value]) =>
    el("span", { class: "level" }, `${short(line(key), 30)}=`, el("b", null, short(shown(value), 30))));
}

function rowOf(variant, place) {
  const warned = variant.warned ? el("span", { class: "warned", title: say("warning") }, icon("inconclusive")) : null;
  const label = { class: "name", role: "cell" };
  const link = el("a", { href: `#${encodeURIComponent(variant.id)}`, class: isMade(variant) && "made" }, short(variant.name, 120));
  return el("div", { class: "row", role: "row", "aria-rowindex": place + 2, "data-id": variant.id, onclick: (event) => {
    if (!event.target.closest("a") && !String(window.getSelection())) window.location.hash = encodeURIComponent(variant.id);
  } },
    el("span", { class: "no", role: "cell" }, variant.number),
    el("span", label, link, run.scenarios.length > 1 ? el("span", { class: "level" }, line(variant.scenario)) : null, levelsOf(variant)),
    el("span", { class: "result", role: "cell" }, icon(variant.verdict), variant.result, warned),
    lookBack?.runs.length ? el("span", { class: "past", role: "cell" }, sparkline(variant), variant.flaky ? flakyMark() : null) : null,
    el("span", { class: "task", role: "cell" }, variant.task === null ? NONE : line(variant.task)),
    el("span", { class: "time", role: "cell" }, time(variant.time)),
    el("span", { class: "credits", role: "cell" }, number(variant.credits)));
}

function choose(id, label, values, change) {
  const box = el("select", { id, onchange: () => change(box.value) }, values.map(([value, text]) => el("option", { value }, short(text, 80))));
  return el("label", { class: "choice", for: id }, `${label} `, box);
}

function filters() {
  const search = el("input", { type: "search", id: "search", placeholder: say("search"), "aria-label": say("search") });
  let wait = 0;
  search.addEventListener("input", () => {
    window.clearTimeout(wait);
    wait = window.setTimeout(() => {
      filter.text = search.value.trim().toLowerCase();
      refresh();
      tell(byId("shown").textContent);
    }, all.length > 2000 ? 150 : 30);
  });
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0]));
  for (const variant of all) counts[variant.verdict] += 1;
  const verdicts = VERDICTS.filter((verdict) => counts[verdict]).map((verdict) =>
    el("button", { type: "button", class: "pick", "data-is": verdict, "aria-pressed": "false", onclick: () => {
      if (!filter.verdicts.delete(verdict)) filter.verdicts.add(verdict);
      refresh();
    } }, icon(verdict), say(verdict)));
  if (lookBack?.flaky) {
    verdicts.push(el("button", { type: "button", class: "pick", "data-is": "flaky", "aria-pressed": "false", onclick: () => {
      filter.flaky = !filter.flaky;
      refresh();
    } }, say("flaky")));
  }
  const parts = [search, el("span", { class: "picks", role: "group", "aria-label": say("verdict") }, verdicts)];
  const everything = ["", say("all")];
  if (run.scenarios.length > 1) {
    const names = run.scenarios.map((name) => [name, line(name)]);
    parts.push(choose("pick-scenario", say("scenario"), [everything, ...names], (value) => { filter.scenario = value; refresh(); }));
  }
  if (run.tags.length) {
    const names = run.tags.map((tag) => [tag, line(tag)]);
    parts.push(choose("pick-tag", say("tag"), [everything, ...names], (value) => { filter.tag = value; refresh(); }));
  }
  if (factors.length) {
    const names = factors.map((factor) => [factor.name, line(factor.name)]);
    parts.push(choose("pick-factor", say("level"), [everything, ...names], (value) => {
      filter.factor = value;
      filter.level = "";
      fillLevels();
      refresh();
    }));
    const levels = el("select", { id: "pick-level", hidden: true, "aria-label": say("level"), onchange: () => { filter.level = levels.value; refresh(); } });
    parts.push(levels);
  }
  parts.push(el("button", { type: "button", id: "clear", hidden: true, onclick: clearFilters }, say("clear")));
  return el("div", { id: "filters", role: "search" }, parts);
}

function fillLevels() {
  const box = byId("pick-level");
  const factor = factors.find((one) => one.name === filter.factor);
  box.hidden = !factor;
  const levels = factor ? factor.levels.slice(0, 500).map((one) => el("option", { value: one.key }, short(one.text, 80))) : [];
  box.replaceChildren(el("option", { value: "" }, say("all")), ...levels);
}

function clearFilters() {
  Object.assign(filter, { text: "", flaky: false, scenario: "", tag: "", factor: "", level: "", chosen: null });
  filter.verdicts.clear();
  byId("search").value = "";
  for (const id of ["pick-scenario", "pick-tag", "pick-factor"]) if (byId(id)) byId(id).value = "";
  if (byId("pick-level")) fillLevels();
  refresh();
}

// Shows just these variants: those of a cell, of a cause, of a bar.
function showOnly(indexes) {
  clearFilters();
  filter.chosen = new Set(indexes);
  refresh();
  byId("variants").scrollIntoView({ behavior: "auto", block: "start" });
  byId("variants").focus({ preventScroll: true });
  tell(byId("shown").textContent);
}

function makeTable() {
  if (lookBack?.runs.length) COLUMNS.splice(3, 0, PAST);
  const heads = COLUMNS.map(([by, text]) =>
    el("span", { id: `head-${by}`, role: "columnheader", class: by === "number" ? "no" : by, "aria-sort": "none" },
      el("button", { type: "button", onclick: () => {
        Object.assign(order, order.by === by ? { down: !order.down } : { by, down: by === "time" || by === "credits" || by === "past" });
        refresh();
      } }, say(text))));
  space = el("div", { class: "space", role: "presentation" });
  rows = space;
  scroller = el("div", { class: "scroll", role: "rowgroup", tabindex: "0", "aria-label": say("rows") }, space);
  let asked = false;
  scroller.addEventListener("scroll", () => {
    if (asked) return;
    asked = true;
    window.requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  }, { passive: true });
  byId("variants").append(
    filters(),
    el("p", { id: "shown", class: "dim" }),
    el("div", { id: "table", class: lookBack?.runs.length && "looks-back", role: "table", "aria-labelledby": "variants-title" },
      el("div", { role: "rowgroup", class: "heads" }, el("div", { role: "row", class: "row", "aria-rowindex": 1 }, heads)),
      scroller),
    el("p", { id: "nothing", hidden: true }, say("nothing")));
  narrow.addEventListener("change", refresh);
  window.addEventListener("resize", draw);
  refresh();
}
