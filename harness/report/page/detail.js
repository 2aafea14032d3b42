// One variant: what it sent, what came back, how long it took, what it cost, and the media.
let current = null;

function section(title, ...children) {
  return el("section", null, el("h3", null, title), children);
}

function pretty(value) {
  return isAbsent(value) ? say("absent") : typeof value === "string" ? JSON.stringify(value) : JSON.stringify(value, null, 1);
}

function payloadDiff(variant) {
  const keys = Object.keys(variant.levels);
  if (!keys.length) return el("p", null, say("same"));
  return el("table", { class: "diff" }, el("tbody", null, keys.slice(0, 200).map((key) => {
    const before = baseline(variant, key);
    const value = variant.levels[key];
    const lines = [];
    if (before !== undefined && !isAbsent(before) && keyOf(before) !== keyOf(value)) lines.push(el("del", null, short(pretty(before), 2000)));
    lines.push(el(isAbsent(value) ? "em" : "ins", null, short(pretty(value), 4000)));
    return el("tr", null, el("th", { scope: "row" }, short(line(key), 200)), el("td", null, lines));
  })));
}

function findingOf(finding) {
  return el("div", { class: finding.warning ? "finding warning" : "finding" },
    el("p", null, finding.message),
    finding.advice || finding.proposal ? el("p", { class: "advice" }, [finding.advice, finding.proposal].filter(Boolean).join(" ")) : null,
    finding.send ? codeBlock(JSON.stringify(finding.send)) : null,
    finding.said && !finding.message.includes(finding.said) ? el("p", { class: "said" }, `${say("said")} `, el("q", null, short(plain(finding.said), 2000))) : null,
    el("p", { class: "tags" }, el("code", null, finding.code), finding.field ? el("code", null, finding.field) : null, finding.warning ? el("code", null, say("warning")) : null));
}

function codeBlock(text) {
  return el("div", { class: "block" }, el("pre", { tabindex: "0" }, el("code", null, text)), copyButton(() => text));
}

const STAGES = [["queued", "queued"], ["running", "running"], ["rest", "rest"]];

function stages(variant) {
  const rest = typeof variant.total === "number" ? Math.max(variant.total - (variant.queued || 0) - (variant.running || 0), 0) : 0;
  return { queued: variant.queued || 0, running: variant.running || 0, rest: rest < 0.0005 ? 0 : rest };
}

function timeline(variant) {
  const spans = stages(variant);
  const total = spans.queued + spans.running + spans.rest;
  if (variant.task === null || total <= 0) return null;
  let start = 0;
  const parts = STAGES.map(([name]) => {
    const width = (100 * spans[name]) / total;
    const part = svg("rect", { class: `stage ${name}`, x: `${start}%`, width: `${width}%`, height: "100%" });
    start += width;
    return part;
  });
  return section(`${say("time")}: ${time(variant.total)}`,
    svg("svg", { class: "share", "aria-hidden": "true" }, parts),
    el("p", { class: "legend" }, STAGES.filter(([name]) => spans[name]).map(([name, text]) =>
      el("span", null, svg("svg", { class: "key", "aria-hidden": "true" }, svg("rect", { class: `stage ${name}`, width: "100%", height: "100%" })), `${say(text)} ${time(spans[name])}${usual(variant, name)}`))));
}

// Our own files beside this page and nothing else: a report that somebody changed must not lead elsewhere.
const OWN_FILE = /^outputs\/[\w][\w.-]*$/;

function outputOf(output) {
  const facts = [output.kind, output.width && output.height ? `${output.width}×${output.height}` : "", typeof output.duration_s === "number" ? time(output.duration_s) : "", size(output.size_bytes)];
  const figure = el("figure");
  const file = String(output.file || "");
  if (OWN_FILE.test(file)) {
    const failed = () => figure.querySelector(".media").replaceChildren(el("p", { class: "dim" }, say("notread")));
    const label = `${output.kind || ""} ${file}`;
    if (output.kind === "video") figure.append(el("div", { class: "media" }, el("video", { src: `${file}#t=0.01`, preload: "metadata", controls: true, muted: true, playsinline: true, "aria-label": label, onerror: failed })));
    else if (output.kind === "audio") figure.append(el("div", { class: "media" }, el("audio", { src: file, preload: "metadata", controls: true, "aria-label": label, onerror: failed })));
    else if (output.kind === "image") figure.append(el("div", { class: "media" }, el("img", { src: file, alt: label, loading: "lazy", onerror: failed })));
    figure.append(el("figcaption", null, el("a", { href: file, target: "_blank", rel: "noreferrer" }, file), ` · ${facts.filter(Boolean).join(" · ")}`));
  } else {
    figure.append(el("figcaption", null, [short(line(file), 200), ...facts].filter(Boolean).join(" · ")));
  }
  if (output.problem) figure.append(el("p", null, output.problem));
  return figure;
}

function facts(variant) {
  const { raw } = variant;
  const cost = [["planned", variant.planned], ["estimated", variant.estimated], ["charged", variant.charged]]
    .filter(([, value]) => typeof value === "number").map(([name, value]) => `${number(value)} ${say(name)}`);
  const expect = typeof variant.expect === "string" ? variant.expect : JSON.stringify(variant.expect);
  const pairs = [
    [say("task"), variant.task], [say("state"), raw.st], [say("status"), raw.h], [say("credits"), cost.join(", ")],
    [say("attempts"), raw.at], [say("polls"), raw.po], [say("scenario"), variant.scenario],
    [say("tags"), variant.tags.join(", ")], [say("source"), variant.source], ["id", variant.id],
  ].filter(([, value]) => value !== undefined && value !== null && value !== "");
  return [variant.question === null ? el("p", { class: "dim" }, say("expect", { what: expect })) : null,
    el("dl", null, pairs.map(([name, value]) => el("div", null, el("dt", null, name), el("dd", null, short(line(value), 400)))))];
}

// The one before or after it: among the probes, or in the table as it is filtered.
function beside(variant, by) {
  const list = variant.question === null ? view : probes;
  const place = list.indexOf(variant);
  return place < 0 ? undefined : list[place + by];
}

function open(variant) {
  const dialog = byId("detail");
  current = variant;
  const step = (by, text, sign) => {
    const other = beside(variant, by);
    return el("button", { type: "button", disabled: !other, "aria-label": say(text), title: say(text), onclick: () => { window.location.hash = encodeURIComponent(other.id); } }, sign);
  };
  const findings = variant.findings.map(findingOf);
  if (variant.skipped) findings.push(el("p", null, variant.skipped));
  const outputs = variant.raw.o || [];
  const curl = variant.curl;
  const named = variant.question === null ? String(variant.number) : say("probe", { number: variant.number });
  const body = el("div", { class: "body", tabindex: "0", role: "group", "aria-labelledby": "detail-title" },
    variant.question ? section(say("question"), el("p", { class: "question" }, icon(variant.verdict), `${variant.question} `, el("b", null, variant.result))) : null,
    findings.length ? section(say("findings"), findings) : null,
    pastOf(variant),
    section(say("payload"), payloadDiff(variant),
      el("details", null, el("summary", null, say("whole")), codeBlock(JSON.stringify(variant.payload, null, 2)))),
    section(say("response"), facts(variant)),
    timeline(variant),
    outputs.length ? section(say("outputs"), outputs.slice(0, 20).map(outputOf)) : null,
    curl ? section(say("curl"), codeBlock(curl)) : null);
  dialog.replaceChildren(
    el("header", null,
      el("h2", { id: "detail-title" }, icon(variant.verdict), el("span", null, `${named} ${short(variant.name, 200)}`), el("small", null, variant.result)),
      el("div", { class: "steps" }, step(-1, "before", "←"), step(1, "after", "→"),
        el("button", { type: "button", class: "close", "aria-label": say("close"), title: say("close"), onclick: () => dialog.close() }, "✕"))),
    body);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector(".close").focus({ preventScroll: true });
  body.scrollTop = 0;
  document.title = `${named} ${short(variant.name, 60)} · ${run.run.id}`;
}

function route() {
  let wanted = "";
  try {
    wanted = decodeURIComponent(window.location.hash.slice(1));
  } catch {
    return;
  }
  const found = all.find((variant) => variant.id === wanted) ?? probes.find((probe) => probe.id === wanted);
  if (found) open(found);
  else {
    if (byId("detail").open) byId("detail").close();
    if (/^[vp]-/.test(wanted)) tell(say("unknown", { id: wanted }));
  }
}

function makeDetail() {
  const dialog = byId("detail");
  const title = document.title;
  dialog.addEventListener("close", () => {
    document.title = title;
    const last = current;
    current = null;
    if (window.location.hash.length > 1) window.history.pushState(null, "", window.location.pathname + window.location.search);
    const link = last && [...drawn.values()].find((row) => row.dataset.id === last.id);
    if (link) link.querySelector("a").focus({ preventScroll: true });
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.target.matches("input, select, video, audio") || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowLeft: -1, k: -1, ArrowRight: 1, j: 1 }[event.key];
    const other = step && current && beside(current, step);
    if (other) window.location.hash = encodeURIComponent(other.id);
  });
  window.addEventListener("hashchange", route);
  route();
}
