// Pages in a real browser, and what must hold on each of them. Whoever imports this has one Chromium, which ends with his tests.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before } from "node:test";
import { chromium } from "playwright-core";

const { SHOTS, CHROMIUM } = process.env;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const htmlLang = { zh: "zh-Hans", en: "en" };
const screens = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 900 } };

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
});
after(() => browser?.close());

// A page that answers 404 or 422 on purpose is told of in the console as well.
const meant = /Failed to load resource: .* (404|422) /;

// visit opens a page of its own. It fails when the browser complains about anything on it, but for what matches expected, and when a cookie was set that is not in keeps.
export async function visit({ expected = meant, keeps = [], ...options }, act) {
  const context = await browser.newContext({ locale: "zh-CN", viewport: screens.phone, ...options });
  const complaints = [];
  context.on("weberror", (e) => complaints.push(`thrown: ${e.error()}`));
  try {
    const page = await context.newPage();
    page.on("console", (m) => m.type() === "error" && complaints.push(m.text()));
    page.on("requestfailed", (r) => {
      const why = r.failure()?.errorText; // whoever moves on makes the browser drop what it still fetches: a page's icon comes after everything else
      if (why !== "net::ERR_ABORTED") complaints.push(`${r.url()}: ${why}`);
    });
    await act(page, complaints);
    assert.deepEqual(complaints.filter((c) => !expected.test(c)), []);
    const cookies = (await context.cookies()).map((c) => c.name);
    assert.deepEqual(cookies.filter((name) => !keeps.includes(name)), [], "a cookie was set");
  } finally {
    await context.close();
  }
}

// looks are how a page is looked at: colours do not depend on the screen, so the night is seen on a phone alone.
const looks = [["phone", "dark"], ["desk", "light"], ["phone", "light"]];

// proper holds for every page: its language is named, and on a phone, on a desk and by night nothing is wider than the screen and axe finds nothing. axe
// needs JavaScript. The pictures are named by shot.
export async function proper(page, lang, { javaScriptEnabled = true, shot }) {
  assert.equal(await page.getAttribute("html", "lang"), htmlLang[lang]);
  for (const [screen, colorScheme] of javaScriptEnabled ? looks : looks.slice(-1)) {
    await page.setViewportSize(screens[screen]);
    await page.emulateMedia({ colorScheme });
    const name = [shot, javaScriptEnabled ? screen : "plain", colorScheme === "dark" ? "dark" : ""].filter(Boolean).join("-");
    await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
    if (javaScriptEnabled) await faultless(page, name, colorScheme === "dark" ? { runOnly: ["color-contrast"] } : { rules: { "target-size": { enabled: true } } });
  }
}

async function faultless(page, name, options) {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wider, 0, `${name}: the page scrolls sideways`);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const { passes, violations } = await page.evaluate((o) => axe.run({ preload: false, ...o }), options);
  assert.ok(passes.length > 0, "axe looked at nothing");
  assert.deepEqual(violations.map((v) => `${name}: ${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), []);
}

// press presses the button, or follows the link, that reads so, and waits for the whole page that comes.
export async function press(page, text) {
  const loaded = page.waitForEvent("load");
  await page.click(`:is(button, a):text-is("${text}")`);
  await loaded;
}

// walk presses Tab until it is through, and says where the focus was: the name, the address or the text of each.
export async function walk(page, steps) {
  const seen = [];
  for (let i = 0; i < steps; i++) {
    await page.keyboard.press("Tab");
    seen.push(await page.evaluate(() => {
      const e = document.activeElement;
      return e.value && e.type === "checkbox" ? e.value : e.getAttribute("name") || e.id || e.className || e.textContent.trim();
    }));
  }
  return seen;
}
