// The matrix as a picture: two factors as axes, in each cell the worst verdict of the variants behind it.
const MOST_LEVELS = 60;
const axes = { scenario: "", across: "", down: "" };

function gridVariants() {
  return axes.scenario === "" ? all : all.filter((variant) => variant.scenario === axes.scenario);
}

function pickAxes(found) {
  // The pair whose levels say most about the answer; where nothing failed, the two with most levels.
  const ranked = [...found].sort((a, b) => b.worth - a.worth || b.levels.length - a.levels.length);
  const usable = ranked.filter((factor) => factor.levels.length > 1);
  const [first, second] = usable.length ? usable : ranked;
  const [across, down] = second && second.levels.length > first.levels.length ? [second, first] : [first, second];
  axes.across = across ? across.name : "";
  axes.down = down ? down.name : "";
}

function drawGrid() {
  const variants = gridVariants();
  const found = findFactors(variants);
  if (!found.some((factor) => factor.name === axes.across)) pickAxes(found);
  if (axes.down !== "" && !found.some((factor) => factor.name === axes.down)) axes.down = "";
  const [across, down] = [axes.across, axes.down].map((name) => found.find((factor) => factor.name === name));
  const names = found.map((factor) => [factor.name, line(factor.name)]);
  const controls = el("div", { class: "controls" });
  if (run.scenarios.length > 1) {
    const box = choose("grid-scenario", say("scenario"), [...gridScenarios().map((name) => [name, line(name)])], (value) => {
      Object.assign(axes, { scenario: value, across: "", down: "" });
      drawGrid();
    });
    controls.append(box);
    box.querySelector("select").value = axes.scenario;
  }
  for (const [axis, other] of [["down", "across"], ["across", "down"]]) {
    const nothing = axis === "down" ? [["", say("nofactor")]] : [];
    const free = names.filter(([name]) => name !== axes[other] || axis === "across");
    const box = choose(`grid-${axis}`, say(axis), [...nothing, ...free], (value) => {
      if (axis === "across" && value === axes.down) axes.down = axes.across;
      axes[axis] = value;
      drawGrid();
      byId(`grid-${axis}`).focus();
    });
    controls.append(box);
    box.querySelector("select").value = axes[axis];
  }
  const table = across ? gridTable(variants, across, down) : null;
  const seen = VERDICTS.filter((verdict) => variants.some((variant) => variant.verdict === verdict));
  const legend = el("p", { class: "legend" }, seen.map((verdict) => el("span", null, icon(verdict), say(verdict))));
  byId("grid").replaceChildren(controls, el("div", { class: "wide", tabindex: "0", role: "group", "aria-labelledby": "matrix-title" }, table || ""), legend,
    el("p", { class: "dim" }, say("cellhint")));
}

// The scenarios that have a factor to draw.
function gridScenarios() {
  return run.scenarios.filter((name) => all.some((variant) => variant.scenario === name && Object.keys(variant.levels).length));
}

function gridTable(variants, across, down) {
  const columns = across.levels.slice(0, MOST_LEVELS);
  const lines = down ? down.levels.slice(0, MOST_LEVELS) : [{ key: "", text: "" }];
  const cells = new Map();
  for (const variant of variants) {
    const key = `${keyOf(level(variant, across.name))}\u0001${down ? keyOf(level(variant, down.name)) : ""}`;
    if (!cells.has(key)) cells.set(key, []);
    cells.get(key).push(variant);
  }
  const cut = Math.max(across.levels.length, down ? down.levels.length : 0) > MOST_LEVELS;
  const long = columns.some((column) => column.text.length > 8) && columns.length > 8;
  const head = columns.map((column) => el("th", { scope: "col", title: column.text }, el("span", null, short(column.text, 28))));
  return el("table", { class: long ? "grid tall" : "grid" },
    el("caption", null, cut ? say("cut", { most: MOST_LEVELS }) : ""),
    el("thead", null,
      el("tr", null, el("td", { class: "corner" }), el("th", { scope: "colgroup", colspan: columns.length, class: "axis" }, short(line(across.name), 60))),
      el("tr", null, el("th", { scope: "col", class: "axis" }, down ? short(line(down.name), 30) : ""), head)),
    el("tbody", null, lines.map((row) =>
      el("tr", null, el("th", { scope: "row", title: row.text }, short(row.text, 40)), columns.map((column) =>
        gridCell(cells.get(`${column.key}\u0001${row.key}`), [[across, column], ...(down ? [[down, row]] : [])]))))));
}

function gridCell(variants, place) {
  if (!variants) return el("td", { class: "none" }, el("span", { class: "unseen" }, say("none")));
  const verdict = worst(variants);
  const bad = variants.filter((variant) => variant.verdict === verdict).length;
  const where = place.map(([factor, one]) => `${line(factor.name)}=${short(one.text, 60)}`).join(", ");
  const counted = WORST.map((word) => [word, variants.filter((variant) => variant.verdict === word).length])
    .filter(([, count]) => count).map(([word, count]) => `${count} ${say(word)}`).join(", ");
  const names = variants.slice().sort((a, b) => WORST.indexOf(a.verdict) - WORST.indexOf(b.verdict)).slice(0, 5)
    .map((variant) => `${variant.number} ${short(variant.name, 60)}: ${variant.result}`);
  if (variants.length > 5) names.push(say("more", { count: variants.length - 5 }));
  const text = variants.length === 1 ? "" : bad === variants.length ? String(bad) : `${bad}/${variants.length}`;
  const mixed = bad < variants.length;
  const cell = el("button", {
    type: "button",
    class: mixed ? `cell ${verdict} mixed` : `cell ${verdict}`,
    "aria-label": `${where}: ${counted}`,
    title: [where, ...names].join("\n"),
    onclick: () => {
      if (variants.length === 1) window.location.hash = encodeURIComponent(variants[0].id);
      else showOnly(variants.map((variant) => variant.index));
    },
  }, icon(verdict), text === "" ? null : el("span", null, text));
  // As much of the cell is tinted as variants have its verdict.
  if (mixed) cell.style.setProperty("--share", `${(100 * bad) / variants.length}%`);
  return el("td", null, cell);
}

function makeGrid() {
  const scenarios = gridScenarios();
  if (!scenarios.length) return;
  // The scenario with most to see: most of its variants not as expected, else most variants.
  const score = (name) => all.reduce((sum, one) => sum + (one.scenario === name && one.verdict !== "pass") * 1e6 + (one.scenario === name), 0);
  axes.scenario = run.scenarios.length > 1 ? scenarios.map((name) => [score(name), name]).sort((a, b) => b[0] - a[0])[0][1] : "";
  byId("matrix").append(el("div", { id: "grid" }));
  byId("matrix").hidden = false;
  drawGrid();
}
