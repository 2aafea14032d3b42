// The variants, unpacked from the JSON of the page as they are looked at.
const ABSENT = "\u0000absent";
let run = null;
let all = [];
let probes = [];
let factors = [];

function unpack(data) {
  TEXTS = data.texts;
  run = data;
  const points = data.bases.map(([, curl]) => Array.from(curl));
  const one = (raw, index) => {
    const [planned, estimated, charged] = raw.c;
    const [queued, running, total] = raw.q;
    return {
      raw,
      index,
      number: index + 1,
      id: String(raw.i),
      name: line(raw.n),
      verdict: VERDICTS.includes(raw.v) ? raw.v : "error",
      warned: Boolean(raw["!"]),
      result: data.results[raw.w],
      scenario: data.scenarios[raw.s],
      source: data.files[raw.a[0]] ? `${data.files[raw.a[0]]}:${raw.a[1]}` : raw.a[1],
      expect: data.expects[raw.e],
      levels: raw.l || {},
      tags: (raw.g || []).map((tag) => data.tags[tag]),
      findings: (raw.f || []).map((finding) => data.findings[finding]),
      skipped: raw.k === undefined ? null : data.skips[raw.k],
      task: raw.t ?? null,
      // As the other reports have it: how long a task took, not how long a refusal did.
      time: raw.t ? total : null,
      credits: raw.x,
      // What a probe was sent to learn; a variant asks nothing.
      question: raw.pu ?? null,
      planned, estimated, charged, queued, running, total,
      get payload() {
        const payload = { ...data.bases[raw.b][0], ...raw.p };
        for (const key of raw.m || []) delete payload[key];
        return payload;
      },
      get curl() {
        if (!raw.u) return "";
        const [start, middle, end] = raw.u;
        const base = points[raw.b];
        return base.slice(0, start).join("") + middle + (end ? base.slice(base.length - end).join("") : "");
      },
    };
  };
  all = data.variants.map(one);
  probes = data.probes.map(one);
}

// What stands at a dotted path of a payload; ABSENT where nothing does.
function at(payload, path) {
  if (Object.hasOwn(payload, path)) return payload[path];
  let value = payload;
  for (const part of path.split(".")) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, part)) return ABSENT;
    value = value[part];
  }
  return value;
}

const isAbsent = (value) => value === ABSENT || (value !== null && typeof value === "object" && value.$absent === true);
const keyOf = (value) => (isAbsent(value) ? ABSENT : JSON.stringify(value));

function shown(value) {
  if (isAbsent(value)) return say("absent");
  return line(typeof value === "string" ? value : JSON.stringify(value));
}
const short = (text, most = 60) => {
  const signs = Array.from(text);
  return signs.length > most ? `${signs.slice(0, most - 1).join("")}…` : text;
};

// The baseline's value of a factor, by scenario: what a variant sends that does not set it.
const baselines = new Map();
function baseline(variant, factor) {
  const key = `${variant.raw.b} ${factor}`;
  if (!baselines.has(key)) {
    const like = all.find((other) => other.raw.b === variant.raw.b && !touches(other, factor));
    baselines.set(key, like ? at(like.payload, factor) : undefined);
  }
  return baselines.get(key);
}
const touches = (variant, factor) =>
  Object.keys(variant.levels).some((key) => key === factor || key.startsWith(`${factor}.`) || factor.startsWith(`${key}.`));

function level(variant, factor) {
  if (Object.hasOwn(variant.levels, factor)) return variant.levels[factor];
  const value = touches(variant, factor) ? at(variant.payload, factor) : baseline(variant, factor);
  return value === undefined ? ABSENT : value;
}

// Every factor with its levels, most used first: {name, levels: [{key, text, value}], worth}.
function findFactors(variants) {
  const found = new Map();
  for (const variant of variants) {
    for (const name of Object.keys(variant.levels)) found.set(name, (found.get(name) || 0) + 1);
  }
  const names = [...found.keys()].sort((a, b) => found.get(b) - found.get(a)).slice(0, 60);
  return names.map((name) => {
    const levels = new Map();
    for (const variant of variants) {
      const value = level(variant, name);
      const key = keyOf(value);
      const known = levels.get(key) || { key, value, text: shown(value), count: 0, bad: 0 };
      known.count += 1;
      known.bad += variant.verdict === "fail" || variant.verdict === "error" || variant.raw.h >= 400;
      levels.set(key, known);
    }
    const list = [...levels.values()].sort(byValue);
    // How much the level says about the answer: the pair of factors that says most is drawn first.
    const rate = list.reduce((sum, one) => sum + one.bad, 0) / variants.length;
    const worth = list.reduce((sum, one) => sum + one.count * (one.bad / one.count - rate) ** 2, 0);
    return { name, levels: list, worth };
  });
}

function byValue(a, b) {
  if (typeof a.value === "number" && typeof b.value === "number") return a.value - b.value;
  if (isAbsent(a.value) !== isAbsent(b.value)) return isAbsent(a.value) ? -1 : 1;
  return a.text.localeCompare(b.text, undefined, { numeric: true });
}

const worst = (variants) => WORST.find((verdict) => variants.some((variant) => variant.verdict === verdict));
