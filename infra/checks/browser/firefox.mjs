// The form that sends its visitor on, in Firefox as Debian has it. Playwright drives a Firefox of its own alone;
// puppeteer drives this one by WebDriver BiDi.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import puppeteer from "puppeteer-core";
import { onward } from "./visitor/onward.mjs";

const { API, FIREFOX } = process.env;
const slow = { timeout: 120_000 }; // Firefox starts slowly beside other checks

let site, browser;
before(async () => {
  site = await onward("onward-firefox");
  browser = await puppeteer.launch({
    browser: "firefox", executablePath: FIREFOX, headless: true, protocolTimeout: slow.timeout, ...slow,
  });
}, slow);
after(async () => {
  site?.close();
  await browser?.close();
});

for (const lang of ["zh", "en"]) {
  test(`Firefox: the form in ${lang} sends on to another website`, slow, () => sendOn(lang));
}

// sendOn fills in the form after a page of faults. Both pages name the website in the policy, and no other one.
async function sendOn(lang) {
  const page = await browser.newPage();
  page.setDefaultTimeout(slow.timeout);
  const complaints = [];
  page.on("console", (m) => m.type() === "error" && complaints.push(m.text()));
  page.on("pageerror", (e) => complaints.push(`thrown: ${e}`));
  const press = async () => {
    const [response] = await Promise.all([page.waitForNavigation(slow), page.click("main form > button[type=submit]")]);
    return response;
  };
  const named = (response) => response.headers()["content-security-policy"].split("; ")
    .filter((d) => d.startsWith("form-action"));
  try {
    const query = new URLSearchParams({ lang, next: site.landing });
    const first = await page.goto(`${API}/forms/onward-firefox?${query}`, slow);
    assert.deepEqual(named(first), [`form-action 'self' ${site.origin}`]);
    const faults = await press();
    assert.equal(faults.status(), 422);
    assert.deepEqual(named(faults), [`form-action 'self' ${site.origin}`]);
    assert.equal((await page.$$("#errors")).length, 1);
    await page.type("#name", "林小满");
    await page.type("#email", `firefox-${lang}@visitor.example`);
    await page.select("#product", "packaging");
    await press();
    assert.equal(page.url(), site.landing);
    assert.equal(await page.$eval("h1", (h) => h.textContent), "Thank you from the shop");
    assert.deepEqual(complaints, []);
  } finally {
    await page.close();
  }
}
