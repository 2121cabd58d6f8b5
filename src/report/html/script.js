
"use strict";
(() => {
  const find = (selector) => [...document.querySelectorAll(selector)];
  const search = document.getElementById("search");
  if (!search) return;
  const [query, reset, shown, none] = ["query", "reset", "shown", "none"].map((id) => document.getElementById(id));
  const buttons = find("button[data-severity], button[data-rule]");
  const leaks = find("article.leak").map((article) => ({ article, data: article.dataset, text: null }));
  const number = new Intl.NumberFormat("en");

  const pressed = (name) => {
    const names = buttons.filter((button) => name in button.dataset && button.getAttribute("aria-pressed") === "true");
    return new Set(names.map((button) => button.dataset[name]));
  };
  const textOf = (leak) => (leak.text ??= leak.article.textContent.toLowerCase());

  const update = () => {
    const severities = pressed("severity");
    const rules = pressed("rule");
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const leak of leaks) {
      const fits = (severities.size === 0 || severities.has(leak.data.severity))
        && (rules.size === 0 || rules.has(leak.data.rule))
        && words.every((word) => textOf(leak).includes(word));
      leak.article.hidden = !fits;
      if (fits) count += 1;
    }
    const all = count === leaks.length;
    none.hidden = count > 0;
    reset.hidden = severities.size + rules.size + words.length === 0;
    shown.textContent = all ? `${number.format(count)} shown` : `${number.format(count)} of ${number.format(leaks.length)} shown`;
  };
  const clear = () => {
    buttons.forEach((button) => button.setAttribute("aria-pressed", "false"));
    query.value = "";
    update();
  };

  buttons.forEach((button) => button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    update();
  }));
  query.addEventListener("input", update);
  reset.addEventListener("click", () => { clear(); query.focus(); });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && document.activeElement !== query) { event.preventDefault(); query.focus(); }
    if (event.key === "Escape" && document.activeElement === query) clear();
  });
  addEventListener("beforeprint", () => find("details").forEach((details) => { details.open = true; }));
  search.hidden = false;
  update();
})();
