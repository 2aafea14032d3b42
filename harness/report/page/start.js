// Light and dark, copy buttons, links into the table, print; then everything in its order.
function makeTheme() {
  const button = byId("theme");
  const root = document.documentElement;
  const recall = () => { try { return window.localStorage.getItem("param-harness-theme"); } catch { return null; } };
  const set = (theme) => {
    root.dataset.theme = theme;
    button.setAttribute("aria-pressed", String(theme === "dark"));
  };
  const system = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const kept = recall();
  if (kept === "dark" || kept === "light") set(kept);
  else button.setAttribute("aria-pressed", String(system === "dark"));
  button.addEventListener("click", () => {
    const now = root.dataset.theme || (window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    set(now === "dark" ? "light" : "dark");
    try { window.localStorage.setItem("param-harness-theme", root.dataset.theme); } catch { /* a file may have no storage */ }
  });
  button.hidden = false;
}

function makeLinks() {
  for (const place of document.querySelectorAll(".copy")) {
    const code = place.querySelector("code");
    place.after(copyButton(() => code.textContent));
  }
  for (const link of document.querySelectorAll(".counts [data-verdict]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      showOnly(all.filter((variant) => variant.verdict === link.dataset.verdict).map((variant) => variant.index));
    });
  }
  for (const button of document.querySelectorAll("[data-cause]")) {
    button.addEventListener("click", () => showOnly(run.causes[Number(button.dataset.cause)].map((place) => place - 1)));
  }
  for (const button of document.querySelectorAll("[data-flaky]")) {
    button.addEventListener("click", () => showOnly(all.filter((variant) => variant.flaky).map((variant) => variant.index)));
  }
}

// On paper there is nothing to scroll: every row that the filters leave, up to a bound.
const MOST_PRINTED = 2000;
function makePrint() {
  window.addEventListener("beforeprint", () => {
    for (const closed of document.querySelectorAll("main details:not([open])")) {
      closed.open = true;
      closed.dataset.printed = "";
    }
    const lines = view.slice(0, MOST_PRINTED).map((variant) => el("tr", null,
      el("td", null, variant.number), el("td", null, short(variant.name, 120)), el("td", null, icon(variant.verdict), variant.result),
      lookBack?.runs.length ? el("td", null, sparkline(variant)) : null,
      el("td", null, variant.task ?? NONE), el("td", null, time(variant.time)), el("td", null, number(variant.credits))));
    byId("variants").append(el("div", { id: "paper" },
      el("table", null, el("thead", null, el("tr", null, COLUMNS.map(([, text]) => el("th", { scope: "col" }, say(text))))), el("tbody", null, lines)),
      view.length > MOST_PRINTED ? el("p", null, say("cut_print", { most: MOST_PRINTED })) : null));
  });
  window.addEventListener("afterprint", () => {
    byId("paper")?.remove();
    for (const opened of document.querySelectorAll("details[data-printed]")) {
      opened.open = false;
      delete opened.dataset.printed;
    }
  });
}

try {
  const data = JSON.parse(byId("data").textContent);
  unpack(data);
  unpackPast(data);
  factors = findFactors(all);
  makeTheme();
  makeTable();
  makeGrid();
  makePlots();
  makeLinks();
  makePrint();
  makeDetail();
} catch (error) {
  // In English: the texts may be what could not be read.
  byId("variants").append(el("p", { class: "note" }, `The data of this report cannot be read: ${error}`));
  throw error;
}
