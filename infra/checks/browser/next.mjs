// A form that sends its visitor on to another website: the policy of our page names it, or Chromium drops the redirect
// that answers the post.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { press, visit } from "./visitor/page.mjs";
import { call, copyForm } from "./visitor/staff.mjs";

const { API } = process.env;
const send = { zh: "发送询价", en: "Send enquiry" };
const head = '<!doctype html><html lang="en"><head><title>Thanks</title><link rel="icon" href="data:,"></head>';

let site, landing;
before(async () => {
  site = createServer((_, response) => response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" })
    .end(`${head}<body><h1>Thank you from the shop</h1></body></html>`));
  await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
  landing = `http://localhost:${site.address().port}/thanks?from=form`;
  const form = await copyForm("quote", "onward"), version = { "If-Match": `"${form.version}"` };
  await call("marketing", "PATCH", "/forms/onward/definition", { redirects: [landing] }, version);
});
after(() => site?.close());

for (const lang of ["zh", "en"]) {
  test(`the form in ${lang} sends on to another website`, () => sendOn(lang, true));
  test(`the form in ${lang} sends on to another website without JavaScript`, () => sendOn(lang, false));
}

// sendOn fills in the form after a page of faults, whose policy lets it send on as well.
async function sendOn(lang, javaScriptEnabled) {
  await visit({ javaScriptEnabled }, async (page) => {
    await page.goto(`${API}/forms/onward?lang=${lang}&next=${encodeURIComponent(landing)}`);
    await press(page, send[lang]);
    assert.equal(await page.locator("#errors").count(), 1);
    await page.fill("#name", "林小满");
    await page.fill("#email", `next-${lang}-${javaScriptEnabled}@visitor.example`);
    await page.selectOption("#product", "packaging");
    await press(page, send[lang]);
    await page.waitForURL(landing);
    assert.equal(await page.textContent("h1"), "Thank you from the shop");
  });
}
