// What a visitor sees in a real browser: the form of the seeded shop in both languages, on a phone and on a desk, with and without JavaScript.
// main.go starts the stack and says where it is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mailTo } from "./visitor/inbox.mjs";
import { press, proper, visit } from "./visitor/page.mjs";

const { API } = process.env;

const words = {
  zh: { send: "发送询价", mail: "已收到您的询价" },
  en: { send: "Send enquiry", mail: "has your enquiry" },
};

for (const lang of ["zh", "en"]) {
  test(`the form in ${lang}`, () => fillIn(lang, true));
  test(`the form in ${lang} without JavaScript`, () => fillIn(lang, false));
}

// fillIn goes the whole way: an empty form is refused and keeps what was typed, a full one is thanked for, and the mail comes.
async function fillIn(lang, javaScriptEnabled) {
  await visit({ javaScriptEnabled }, async (page) => {
    const looks = (name) => proper(page, lang, { javaScriptEnabled, shot: `form-${lang}-${name}` });
    await page.goto(`${API}/forms/quote?lang=${lang}`);
    await looks("empty");

    await page.fill("#name", "林小满");
    await press(page, words[lang].send);
    assert.equal(await page.locator("#errors").count(), 1, "the faults are summed up");
    assert.equal(await page.inputValue("#name"), "林小满", "what was typed is kept");
    await looks("faults");

    const email = `form-${lang}-${javaScriptEnabled}@visitor.example`;
    await page.fill("#email", email);
    await page.selectOption("#product", "packaging");
    await page.fill("#message", "茶叶礼盒，四色印刷。");
    await press(page, words[lang].send);
    await page.waitForURL("**/forms/quote/thanks?**");
    const reference = await page.textContent(".reference code");
    await looks("thanks");

    const { subject } = await mailTo(email);
    assert.ok(subject.includes(words[lang].mail) && subject.includes(reference), `${subject} names ${reference}`);

    await page.click(".another"); // the second enquiry of a day has a reference of its own, on the page and in a letter
    await page.locator("#name").pressSequentially("林小满", { delay: 500 }); // two within a second would be one
    await page.fill("#email", email);
    await page.selectOption("#product", "label");
    await press(page, words[lang].send);
    await page.waitForURL("**/forms/quote/thanks?**");
    const second = await page.textContent(".reference code");
    const letter = await mailTo(email, 2);
    assert.notEqual(second, reference);
    assert.ok(letter.subject.includes(second), `${letter.subject} names ${second}`);
  });
}
