// What a visitor sees in a real browser: the form of the seeded shop in both languages, on a phone and on a desk, with and without JavaScript.
// main.go starts the stack and says where it is.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const { API, INBOX, SHOTS, CHROMIUM } = process.env;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const words = {
  zh: { lang: "zh-Hans", send: "发送询价", mail: "已收到您的询价" },
  en: { lang: "en", send: "Send enquiry", mail: "has your enquiry" },
};
const screens = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 900 } };

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
});
after(() => browser?.close());

for (const lang of ["zh", "en"]) {
  for (const [screen, viewport] of Object.entries(screens)) {
    test(`the form in ${lang} on a ${screen}`, () => fillIn({ lang, screen, viewport, javaScriptEnabled: true }));
  }
  test(`the form in ${lang} without JavaScript`, () => fillIn({ lang, screen: "plain", viewport: screens.phone, javaScriptEnabled: false }));
  test(`the form in ${lang} in the dark`, () => look({ lang, viewport: screens.phone, colorScheme: "dark" }));
}

// fillIn goes the whole way: an empty form is refused and keeps what was typed, a full one is thanked for, and the mail comes.
async function fillIn({ lang, screen, viewport, javaScriptEnabled }) {
  const shot = (name) => `${SHOTS}/form-${lang}-${screen}-${name}.png`;
  await visit({ viewport, javaScriptEnabled }, async (page) => {
    await page.goto(`${API}/forms/quote?lang=${lang}`);
    await proper(page, lang, javaScriptEnabled);
    await page.screenshot({ path: shot("empty"), fullPage: true });

    await page.fill("#name", "林小满");
    await page.click(`button:text("${words[lang].send}")`);
    assert.equal(await page.locator("#errors").count(), 1, "the faults are summed up");
    assert.equal(await page.inputValue("#name"), "林小满", "what was typed is kept");
    await proper(page, lang, javaScriptEnabled);
    await page.screenshot({ path: shot("faults"), fullPage: true });

    const email = `browser-${lang}-${screen}@visitor.example`;
    await page.fill("#email", email);
    await page.selectOption("#product", "packaging");
    await page.fill("#message", "茶叶礼盒，四色印刷。");
    await page.click(`button:text("${words[lang].send}")`);
    await page.waitForURL("**/forms/quote/thanks?**");
    const reference = await page.textContent(".reference code");
    await proper(page, lang, javaScriptEnabled);
    await page.screenshot({ path: shot("thanks"), fullPage: true });

    const subject = await mailTo(email);
    assert.ok(subject.includes(words[lang].mail) && subject.includes(reference), `${subject} names ${reference}`);
  });
}

async function look({ lang, viewport, colorScheme }) {
  await visit({ viewport, colorScheme }, async (page) => {
    await page.goto(`${API}/forms/quote?lang=${lang}`);
    await proper(page, lang, true);
    await page.screenshot({ path: `${SHOTS}/form-${lang}-${colorScheme}.png`, fullPage: true });
  });
}

// visit opens a page of its own and fails when the browser complains about anything on it.
async function visit(options, act) {
  const context = await browser.newContext(options);
  const complaints = [];
  context.on("weberror", (e) => complaints.push(String(e.error())));
  try {
    const page = await context.newPage();
    page.on("console", (m) => m.type() === "error" && !m.text().includes("422") && complaints.push(m.text()));
    page.on("requestfailed", (r) => complaints.push(`${r.url()}: ${r.failure()?.errorText}`));
    await act(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

// proper holds for every page: its language is named, nothing is wider than the screen, and axe finds nothing. axe needs JavaScript.
async function proper(page, lang, javaScriptEnabled) {
  assert.equal(await page.getAttribute("html", "lang"), words[lang].lang);
  if (!javaScriptEnabled) return;
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wider, 0, "the page scrolls sideways");
  await page.evaluate(axe);
  const { passes, violations } = await page.evaluate(() => axe.run());
  assert.ok(passes.length > 0, "axe looked at nothing");
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), []);
}

// mailTo waits for the subject of the mail to an address.
async function mailTo(address) {
  const until = Date.now() + 30_000;
  while (Date.now() < until) {
    const mails = await (await fetch(`${INBOX}/email?to.address=${encodeURIComponent(address)}`)).json();
    if (mails.length > 0) return mails[0].subject;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`no mail to ${address}`);
}
