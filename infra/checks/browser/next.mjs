// A form that sends its visitor on to another website: the policy of our page names it, or Chromium drops the redirect
// that answers the post.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { onward } from "./visitor/onward.mjs";
import { press, visit } from "./visitor/page.mjs";

const { API } = process.env;
const send = { zh: "发送询价", en: "Send enquiry" };

let site;
before(async () => { site = await onward("onward"); });
after(() => site?.close());

for (const lang of ["zh", "en"]) {
  test(`the form in ${lang} sends on to another website`, () => sendOn(lang, true));
  test(`the form in ${lang} sends on to another website without JavaScript`, () => sendOn(lang, false));
}

// sendOn fills in the form after a page of faults, whose policy lets it send on as well.
async function sendOn(lang, javaScriptEnabled) {
  await visit({ javaScriptEnabled }, async (page) => {
    await page.goto(`${API}/forms/onward?lang=${lang}&next=${encodeURIComponent(site.landing)}`);
    await press(page, send[lang]);
    assert.equal(await page.locator("#errors").count(), 1);
    await page.fill("#name", "林小满");
    await page.fill("#email", `next-${lang}-${javaScriptEnabled}@visitor.example`);
    await page.selectOption("#product", "packaging");
    await press(page, send[lang]);
    await page.waitForURL(site.landing);
    assert.equal(await page.textContent("h1"), "Thank you from the shop");
  });
}
