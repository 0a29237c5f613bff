// The front page, and the form whose language a visitor changes while filling it in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { press, proper, visit } from "./visitor/page.mjs";

const { API } = process.env;

const words = {
  zh: { open: "用中文填写", other: "Fill in the form in English", docs: "查看接口说明", title: "询价" },
  en: { open: "Fill in the form in English", other: "用中文填写", docs: "Read the API description",
    title: "Ask for a quotation" },
};
const others = { zh: "en", en: "zh" };

for (const lang of ["zh", "en"]) {
  for (const javaScriptEnabled of [true, false]) {
    const how = `in ${lang}${javaScriptEnabled ? "" : " without JavaScript"}`;
    test(`the front page ${how}`, () => welcome(lang, javaScriptEnabled));
    test(`the other language keeps what was typed ${how}`, () => turn(lang, javaScriptEnabled));
  }
}

// welcome follows the ways of the front page: the form in both languages first, and the description of the API.
async function welcome(lang, javaScriptEnabled) {
  await visit({ javaScriptEnabled }, async (page) => {
    await page.goto(`${API}/?lang=${lang}`);
    await proper(page, lang, { javaScriptEnabled, shot: `front-${lang}` });
    assert.equal(await page.textContent(".offer h2 >> nth=0"), words[lang].title, "that for quotations first");
    for (const [way, to] of [["open", lang], ["other", others[lang]]]) {
      await page.click(`.offer a:text-is("${words[lang][way]}") >> nth=0`);
      await page.waitForURL(`**/forms/quote?lang=${to}`);
      await page.goBack();
    }
    await press(page, words[lang].docs);
    assert.equal(new URL(page.url()).pathname, "/docs");
    for (const path of ["/favicon.ico", "/robots.txt"]) {
      assert.equal((await page.request.get(API + path)).status(), 200, path);
    }
  });
}

// turn changes the language twice. Enter in a field sends the form; it does not change the language.
async function turn(lang, javaScriptEnabled) {
  await visit({ javaScriptEnabled }, async (page) => {
    const other = others[lang];
    await page.goto(`${API}/forms/quote?lang=${lang}`);
    await page.fill("#name", "林小满");
    await page.selectOption("#product", "packaging");
    await page.fill("#message", "茶叶礼盒\n四色印刷");
    await page.check("#marketing_consent");
    for (const to of [other, lang, other]) {
      const loaded = page.waitForEvent("load");
      await page.click(".switch");
      await loaded;
      assert.ok(page.url().includes(`lang=${to}`), page.url());
      assert.equal(await page.inputValue("#name"), "林小满");
      assert.equal(await page.inputValue("#product"), "packaging");
      assert.equal(await page.inputValue("#message"), "茶叶礼盒\n四色印刷");
      assert.ok(await page.isChecked("#marketing_consent"));
      assert.equal(await page.locator("#errors").count(), 0, "nothing is blamed before it is sent");
    }
    await proper(page, other, { javaScriptEnabled, shot: `front-${lang}-turned` });
    const email = `front-${lang}-${javaScriptEnabled}@visitor.example`;
    await page.fill("#email", email);
    await page.press("#email", "Enter");
    await page.waitForURL(`**/forms/quote/thanks?lang=${other}**`);
    await proper(page, other, { javaScriptEnabled, shot: `front-${lang}-thanks` });
  });
}

test("chosen files go along to the other language", () => visit({}, async (page) => {
  await page.goto(`${API}/forms/quote?lang=zh`);
  await page.fill("#name", "林小满");
  await page.setInputFiles("#artwork-files", { name: "盒子.pdf", mimeType: "application/pdf",
    buffer: Buffer.from("%PDF-1.4\n%%EOF\n") });
  await page.click(".switch");
  await page.waitForSelector("html[lang=en]");
  assert.equal(await page.inputValue("#name"), "林小满");
  assert.ok((await page.textContent(".files")).includes("盒子.pdf"), "the file is still chosen");
  assert.ok(page.url().includes("lang=en"), page.url());
  assert.equal(await page.textContent(".switch").then((text) => text.trim()), "中文");
}));
