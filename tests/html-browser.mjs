// What `tests/html-browser.sh` runs: a browser opens the pages of the HTML report and we look at what becomes of them.
import { strict as assert } from "node:assert";
import { chromium } from "playwright-core";

const [executablePath, folder] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
let failures = 0;

/** Opens a page, has `judge` look at it, and takes anything it loads, runs or complains about for a failure. */
async function look(what, page, options, judge) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const tab = await context.newPage();
  const trouble = [];
  tab.on("console", (message) => trouble.push(`console: ${message.text()}`));
  tab.on("pageerror", (error) => trouble.push(`error: ${error}`));
  tab.on("dialog", (dialog) => { trouble.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  const url = `file://${folder}/${page}.html`;
  tab.on("request", (request) => {
    if (request.url() !== url && request.url() !== "data:,") trouble.push(`request: ${request.url()}`);
  });
  try {
    await tab.goto(url);
    await judge(tab);
    assert.deepEqual(trouble, []);
    console.log(`ok: ${what}`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED: ${what}\n  ${String(error.message).replaceAll("\n", "\n  ")}`);
  }
  await context.close();
}

/** Texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, 1.4.3), and what is wider than the window. */
function flaws() {
  const channel = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const parse = (color) => color.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push(`${element.className || element.tagName}: contrast ${ratio.toFixed(2)}`);
  }
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`${root.scrollWidth} wide in ${root.clientWidth}`);
  return [...new Set(found)];
}

const shown = (tab) => tab.locator("article.leak:visible").count();

for (const page of ["full", "history", "clean", "incomplete"]) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [380, 1280]) {
      await look(`${page} in ${colorScheme}, ${width} wide`, page, { colorScheme, viewport: { width, height: 900 } }, async (tab) => {
        await tab.screenshot({ path: `${folder}/${page}-${colorScheme}-${width}.png`, fullPage: true });
        await tab.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
        assert.deepEqual(await tab.evaluate(flaws), []);
      });
    }
  }
}

await look("nothing that was scanned runs", "evil", {}, async (tab) => {
  assert.match(await tab.title(), /^unleak: /);
  assert.equal(await tab.locator("img").count(), 0);
  assert.equal(await tab.locator("script").count(), 1);
});

await look("everything can be read without the script", "full", { javaScriptEnabled: false }, async (tab) => {
  assert.equal(await shown(tab), 3);
  assert.equal(await tab.locator("#search").isVisible(), false);
});

await look("search and filters, by keyboard alone", "full", {}, async (tab) => {
  const status = () => tab.locator("#shown").textContent();
  await tab.keyboard.press("/");
  await tab.keyboard.type("RUN.sh openai");
  assert.equal(await status(), "1 of 3 shown");
  await tab.keyboard.press("Escape");
  assert.equal(await status(), "3 shown");
  await tab.keyboard.type("nowhere");
  assert.equal(await shown(tab), 0);
  assert.equal(await tab.locator("#none").isVisible(), true);
  await tab.keyboard.press("Tab");
  assert.equal(await tab.evaluate(() => document.activeElement.id), "reset");
  await tab.keyboard.press("Enter");
  assert.equal(await shown(tab), 3);
  await tab.locator("button.tile.medium").focus();
  await tab.keyboard.press("Space");
  assert.equal(await shown(tab), 1);
  assert.equal(await tab.locator("button.tile.medium").getAttribute("aria-pressed"), "true");
  await tab.locator("button.tile.low").focus();
  await tab.keyboard.press("Enter");
  assert.equal(await shown(tab), 2);
  await tab.locator("button.chip").first().focus();
  await tab.keyboard.press("Enter");
  assert.equal(await shown(tab), 0);
});

await look("everything is reached with Tab, and shows that it is", "full", {}, async (tab) => {
  const all = await tab.locator("a:visible, button:visible:enabled, input:visible, summary:visible").count();
  const reached = new Set();
  for (let press = 0; press < all + 1; press += 1) {
    await tab.keyboard.press("Tab");
    const at = await tab.evaluate(() => {
      const active = document.activeElement;
      if (active === document.body) return null;
      const { outlineStyle, outlineWidth } = getComputedStyle(active);
      return { name: active.outerHTML.slice(0, 200), outline: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 };
    });
    if (!at) break;
    assert.ok(at.outline, `no outline: ${at.name}`);
    reached.add(at.name);
  }
  assert.equal(reached.size, all);
  const first = tab.locator("summary").first();
  await first.focus();
  await tab.keyboard.press("Enter");
  assert.equal(await tab.locator("details").first().getAttribute("open"), "");
});

await look("5,000 leaks are searched while one types", "5000", {}, async (tab) => {
  assert.equal(await tab.locator("#shown").textContent(), "5,000 shown");
  await tab.locator("#query").fill("file04242");
  const took = await tab.evaluate(() => {
    const begin = performance.now();
    document.getElementById("query").dispatchEvent(new Event("input"));
    return performance.now() - begin;
  });
  assert.equal(await shown(tab), 1);
  assert.ok(took < 200, `${took} ms`);
});

await browser.close();
console.log(failures === 0 ? "all is well" : `${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
