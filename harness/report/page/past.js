// The runs before: how each variant fared in them, as marks in a line, in words, and run by run.
const OF_LETTER = { p: "pass", f: "fail", i: "inconclusive", e: "error", x: "otherwise" };
// Runs that the line of a table row shows; the view of a variant shows them all.
const MOST_MARKS = 6;
const STEP = 10;
// Each verdict has a shape as well as a colour, in a box of 8 by 12.
const SHAPES = {
  pass: "M4 2.8a3.2 3.2 0 1 1 0 6.4a3.2 3.2 0 1 1 0-6.4z",
  fail: "M.8 1h6.4v10H.8z",
  inconclusive: "M4 2l3.8 8H.2z",
  error: "M4 1l3.6 5L4 11 .4 6z",
  skipped: "M2.4 5.5h3.2v1H2.4z",
  // Judged when something else was expected of it: that does not compare.
  otherwise: "M2.4 4h3.2v1H2.4zM2.4 7h3.2v1H2.4z",
};

let lookBack = null;

function unpackPast(data) {
  lookBack = data.past ?? null;
  if (!lookBack) return;
  for (const variant of all) {
    const [letters, flaky, since, queued, running] = lookBack.of[variant.index] ?? ["", 0, -1, [], []];
    variant.past = Array.from(letters, (letter) => OF_LETTER[letter] ?? "skipped");
    Object.assign(variant, { flaky: Boolean(flaky), since: lookBack.since[since] ?? "", usual: { queued, running } });
  }
}

// How often it changed: what went to and fro most, then what changed, stands together when the table is ordered by it.
function changes(variant) {
  const judged = [...(variant.past ?? []), variant.verdict].filter((verdict) => verdict === "pass" || verdict === "fail");
  return judged.reduce((sum, verdict, place) => sum + (place > 0 && verdict !== judged[place - 1]), 0);
}

const wordOf = (verdict) => say(verdict === "skipped" ? "unfired" : verdict);

// "as expected × 3, not as expected × 2"
function inWords(verdicts) {
  const runs = [];
  for (const verdict of verdicts) {
    if (runs.length && runs[runs.length - 1][0] === verdict) runs[runs.length - 1][1] += 1;
    else runs.push([verdict, 1]);
  }
  return runs.map(([verdict, count]) => (count > 1 ? `${wordOf(verdict)} × ${count}` : wordOf(verdict))).join(", ");
}

function sparkline(variant, most = MOST_MARKS) {
  if (!variant.past?.length) return null;
  const before = variant.past.slice(-most);
  const label = say("pastis", { before: inWords(variant.past), now: wordOf(variant.verdict) });
  const marks = [...before, variant.verdict].map((verdict, place) =>
    svg("path", { class: `mark ${verdict}`, d: SHAPES[verdict], transform: `translate(${place * STEP + (place === before.length ? 4 : 1)} 0)` }));
  const width = (before.length + 1) * STEP + 3;
  return svg("svg", { class: "spark", viewBox: `0 0 ${width} 14`, width, height: 14, role: "img", "aria-label": label },
    svg("title", null, label), marks, svg("path", { class: "now", d: `M${before.length * STEP + 3} 13h10` }));
}

// In the view of a variant: since when, the line, and each run with its day.
function pastOf(variant) {
  if (!lookBack || !(variant.past?.length || variant.flaky)) return variant.since ? section(say("before_runs"), el("p", null, variant.since)) : null;
  const lines = lookBack.runs.map(([id, at], place) => [variant.past[place], id, at])
    .filter(([verdict]) => verdict && verdict !== "skipped").reverse();
  const now = el("li", null, icon(variant.verdict), ` ${say("thisrun")}`);
  return section(say("before_runs"),
    el("p", { class: "line" }, sparkline(variant, Infinity), variant.flaky ? [flakyMark(), say("flaky")] : null),
    variant.since ? el("p", null, variant.since) : null,
    lines.length ? el("details", null, el("summary", null, say("each")),
      el("ul", { class: "runs" }, now, lines.map(([verdict, id, at]) =>
        el("li", null, icon(verdict === "otherwise" ? "skipped" : verdict), ` ${wordOf(verdict)} `, el("span", { class: "dim" }, `${at} `), el("code", null, short(line(id), 80)))))) : null);
}

// A line that goes to and fro.
const flakyMark = () => svg("svg", { class: "flaky-mark", viewBox: "0 0 16 14", role: "img", "aria-label": say("flaky") },
  svg("title", null, say("flaky")), svg("path", { d: "M1 11L5 3l3 8 3-8 4 8" }));

// What is usual: "before: half within 21 s, 95 % within 30 s".
function usual(variant, what) {
  const [half, most] = variant.usual?.[what] ?? [];
  if (typeof half !== "number") return "";
  return ` (${typeof most === "number" ? say("usual95", { half: time(half), most: time(most) }) : say("usual", { half: time(half) })})`;
}
