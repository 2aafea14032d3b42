// Time and credits: a bar for each variant while there are few, else how many took how long, and sums.
const MOST_BARS = 24;

function quantile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
}

// Horizontal bars: {label, parts: [[class, value]], text, go}.
function bars(lines, title) {
  const most = Math.max(...lines.map((one) => one.parts.reduce((sum, [, value]) => sum + value, 0)), 1e-9);
  return el("figure", { class: "bars" }, el("figcaption", null, title), el("ul", null, lines.map((one) => {
    let start = 0;
    const parts = one.parts.filter(([, value]) => value > 0).map(([kind, value]) => {
      const width = (100 * value) / most;
      const part = svg("rect", { class: kind, x: `${start}%`, width: `${width}%`, height: "100%" });
      start += width;
      return part;
    });
    return el("li", null, el("button", { type: "button", class: "bar", title: one.label, onclick: one.go },
      el("span", { class: "label" }, short(one.label, 60)), svg("svg", { "aria-hidden": "true" }, parts), el("span", { class: "amount" }, one.text)));
  })));
}

function histogram(timed, title) {
  const most = Math.max(...timed.map((variant) => variant.time));
  const bins = Array.from({ length: 32 }, () => []);
  for (const variant of timed) bins[Math.min(31, Math.floor((32 * variant.time) / (most || 1)))].push(variant);
  const highest = Math.max(...bins.map((bin) => bin.length));
  const columns = bins.map((bin, index) => {
    const from = time((most * index) / 32);
    const until = time((most * (index + 1)) / 32);
    let top = 100;
    const parts = ["pass", "fail", "inconclusive", "error"].map((verdict) => {
      const height = (100 * bin.filter((variant) => variant.verdict === verdict).length) / highest;
      top -= height;
      return height ? svg("rect", { class: `fill ${verdict}`, x: index * 10 + 0.5, width: 9, y: top, height }) : null;
    });
    return svg("g", null, parts, svg("title", null, `${from} – ${until}: ${bin.length}`));
  });
  return el("figure", { class: "histogram" }, el("figcaption", null, title),
    svg("svg", { viewBox: "0 0 320 100", preserveAspectRatio: "none", role: "img", "aria-label": title }, columns),
    el("p", { class: "scale", "aria-hidden": "true" }, el("span", null, time(0)), el("span", null, time(most / 2)), el("span", null, time(most))));
}

function latency() {
  const timed = all.filter((variant) => variant.task !== null && typeof variant.time === "number");
  if (!timed.length) return null;
  if (timed.length > MOST_BARS) {
    const sorted = timed.map((variant) => variant.time).sort((a, b) => a - b);
    const figures = { count: sorted.length, half: time(quantile(sorted, 0.5)), most: time(quantile(sorted, 0.95)), max: time(sorted.at(-1)) };
    return histogram(timed, say("latencies", figures));
  }
  const figure = bars(timed.map((variant) => ({
    label: `${variant.number} ${variant.name}`,
    parts: Object.entries(stages(variant)).map(([name, value]) => [`stage ${name}`, value]),
    text: time(variant.time),
    go: () => { window.location.hash = encodeURIComponent(variant.id); },
  })), say("latency"));
  const used = STAGES.filter(([name]) => timed.some((variant) => stages(variant)[name] > 0));
  figure.append(el("p", { class: "legend" }, used.map(([name, text]) =>
    el("span", null, svg("svg", { class: "key", "aria-hidden": "true" }, svg("rect", { class: `stage ${name}`, width: "100%", height: "100%" })), say(text)))));
  return figure;
}

function spent() {
  const paid = all.filter((variant) => typeof variant.charged === "number" && variant.charged > 0);
  if (!paid.length) return null;
  if (paid.length <= MOST_BARS) {
    return bars(paid.map((variant) => ({
      label: `${variant.number} ${variant.name}`,
      parts: [["spent", variant.charged]],
      text: number(variant.charged),
      go: () => { window.location.hash = encodeURIComponent(variant.id); },
    })), say("spent"));
  }
  const models = (variant) => shown(at(variant.payload, "model"));
  const several = new Set(paid.map(models)).size > 1;
  const by = several || run.scenarios.length < 2 ? models : (variant) => variant.scenario;
  const groups = new Map();
  for (const variant of paid) {
    const name = by(variant);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(variant);
  }
  const lines = [...groups].map(([name, variants]) => {
    const sum = variants.reduce((total, variant) => total + variant.charged, 0);
    return { label: line(name), parts: [["spent", sum]], sum, text: `${number(sum)} (${variants.length})`, go: () => showOnly(variants.map((variant) => variant.index)) };
  });
  lines.sort((a, b) => b.sum - a.sum);
  const figure = bars(lines.slice(0, MOST_BARS), say("spentby", { what: by === models ? "model" : say("scenario") }));
  if (lines.length > MOST_BARS) figure.append(el("p", { class: "dim" }, say("more", { count: lines.length - MOST_BARS })));
  return figure;
}

function makePlots() {
  const figures = [latency(), spent()].filter(Boolean);
  if (!figures.length) return;
  byId("plots").append(el("div", { class: "pair" }, figures));
  byId("plots").hidden = false;
}
