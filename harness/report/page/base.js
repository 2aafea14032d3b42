// Elements, signs, texts, numbers. Data becomes text nodes and attributes here, never markup.
const SVG = "http://www.w3.org/2000/svg";
const VERDICTS = ["pass", "fail", "inconclusive", "error", "skipped"];
const WORST = ["error", "fail", "inconclusive", "pass", "skipped"];
const NONE = "–";
const byId = (id) => document.getElementById(id);

// What nobody sees, or what turns the direction of a line: shown as a sign that can be seen.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const plain = (text) => String(text).replace(UNSEEN, "\u00b7");
const line = (text) => plain(text).replace(/\s+/g, " ");

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === "") continue;
    node.append(child instanceof Node ? child : document.createTextNode(plain(child)));
  }
  return node;
}
const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const svg = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

function icon(verdict) {
  const known = VERDICTS.includes(verdict) ? verdict : "error";
  return svg("svg", { class: `icon ${known}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("use", { href: `#i-${known}` }));
}

let TEXTS = {};
function say(key, blanks = {}) {
  return (TEXTS[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => (name in blanks ? String(blanks[name]) : all));
}

function number(value) {
  if (typeof value !== "number" || !Number.isFinite(value)) return NONE;
  return Number.isInteger(value) ? String(value) : String(Math.round(value * 100) / 100);
}

// 0.4 s, 24 s, 4 min 12 s, 1 h 2 min: as the other reports write it.
function time(seconds) {
  if (typeof seconds !== "number" || !Number.isFinite(seconds)) return NONE;
  if (seconds < 9.95) {
    const tenths = seconds.toFixed(1).replace(/\.0$/, "");
    return say("time.s", { s: tenths !== "0" || seconds <= 0 ? tenths : "<0.1" });
  }
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours) return say("time.h", { h: hours }) + (minutes ? ` ${say("time.min", { min: minutes })}` : "");
  if (minutes) return say("time.min", { min: minutes }) + (rest ? ` ${say("time.s", { s: rest })}` : "");
  return say("time.s", { s: rest });
}

function size(bytes) {
  if (typeof bytes !== "number") return "";
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const tell = (text) => {
  byId("live").textContent = plain(text);
};

function copyButton(text) {
  const button = el("button", { type: "button", class: "copy-it" }, say("copy"));
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text());
    } catch {
      const area = el("textarea", { class: "unseen", readonly: true, "aria-hidden": "true", tabindex: "-1" });
      area.value = text();
      (button.closest("dialog") || document.body).append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = say("copied");
    tell(say("copied"));
    setTimeout(() => {
      button.textContent = say("copy");
    }, 1500);
  });
  return button;
}
