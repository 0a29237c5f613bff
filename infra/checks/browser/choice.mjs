// What a person is sent is his to say: the pages behind the links in his mail. One person goes the whole way: a yes and a no on the
// page of his choices, then a later yes in the form, which counts only once he confirmed it by the link that was mailed to him.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mailTo } from "./visitor/inbox.mjs";
import { press, proper, visit, walk } from "./visitor/page.mjs";
import { call, choicesLink } from "./visitor/staff.mjs";

const { API } = process.env;
const byEmail = "marketing/email";
const choices = ["marketing", "survey", "referral"].map((purpose) => `${purpose}/email`);

const words = {
  zh: { send: "发送询价", save: "保存选择", stop: "全部停止", saved: "已保存", stale: "请再看一下", consent: "我同意澜印印刷", agree: "是的，我同意", open: "确认订阅", done: "订阅已确认", kept: "您已选择不接收", lapsed: "链接已失效", nobody: "链接无效", manage: "选择接收哪些信息" },
  en: { send: "Send enquiry", save: "Save my choices", stop: "Stop everything", saved: "Saved", stale: "Please look again", consent: "I agree that Lanyin Print", agree: "Yes, I agree", open: "Confirm your subscription", done: "Your subscription is confirmed", kept: "You chose not to receive it",
    lapsed: "This link no longer works", nobody: "This link does not work", manage: "Choose what we send you" },
};

for (const lang of ["zh", "en"]) {
  test(`choices and confirmation in ${lang}`, () => goThrough(lang, true));
  test(`choices and confirmation in ${lang} without JavaScript`, () => goThrough(lang, false));
  test(`links in ${lang} that lead to nobody`, () => visit({}, async (page) => {
    for (const [path, title] of [["u", words[lang].nobody], ["confirm", words[lang].lapsed]]) {
      await page.goto(`${API}/${path}/nobody?lang=${lang}`);
      assert.equal(await page.textContent("h1"), title);
      assert.equal(await page.locator("button").count(), 0);
      await proper(page, lang, { shot: `choice-${lang}-nobody-${path}` });
    }
  }));
}

async function goThrough(lang, javaScriptEnabled) {
  const email = `choice-${lang}-${javaScriptEnabled}@visitor.example`, w = words[lang];
  const { contact_id: contact } = await call("sales", "POST", "/leads", { source: "phone", name: "林小满", email, lang, spoken: { channel: "call", outcome: "interested" } });
  const link = `${choicesLink(contact)}?lang=${lang}`;
  await visit({ javaScriptEnabled }, async (page) => {
    const looks = (name) => proper(page, lang, { javaScriptEnabled, shot: `choice-${lang}-${name}` });
    const left = await page.context().newPage(); // a page that stays open meanwhile
    await left.goto(link);

    await page.goto(link);
    await looks("first");
    assert.deepEqual(await ticked(page), []);
    const way = ["switch", ...choices, w.save, "quiet"]; // the button that stops everything
    if (javaScriptEnabled) assert.deepEqual(await walk(page, way.length), way, "the way of the Tab key");
    await page.check(`[value="${byEmail}"]`);
    await press(page, w.save);
    assert.equal((await page.textContent("[role=status] h2")).trim(), w.saved);
    assert.deepEqual(await ticked(page), [byEmail]);
    await looks("saved");
    await page.uncheck(`[value="${byEmail}"]`);
    await press(page, w.save);
    assert.deepEqual(await ticked(page), [], "the no counts at once");

    await page.check(`[value="${byEmail}"]`);
    await press(page, w.stop);
    assert.deepEqual(await ticked(page), [], "one button stops everything");
    assert.ok((await page.textContent("main")).includes("c***@visitor.example"), "the masked address stands there");

    await left.check(`[value="${byEmail}"]`);
    await press(left, w.save);
    assert.equal((await left.textContent("[role=status] h2")).trim(), w.stale);
    assert.deepEqual(await ticked(left), [], "a tick on an old page takes no later no back");
    await proper(left, lang, { javaScriptEnabled, shot: `choice-${lang}-stale` });
    await left.close();

    await sayYes(page, lang, email);
    const mail = await mailTo(email);
    const confirm = mail.text.match(/http\S+\/confirm\/\S+/)[0];
    for (let looking = 0; looking < 2; looking++) { // looking confirms nothing
      await page.goto(confirm);
      assert.equal(await page.textContent("h1"), w.open);
    }
    assert.ok((await page.textContent("blockquote")).startsWith(w.consent), "the page quotes what he agreed to");
    await looks("confirm");
    await page.goto(link);
    assert.deepEqual(await ticked(page), [], "a yes that waits does not count");

    await page.goto(confirm);
    if (javaScriptEnabled) assert.deepEqual(await walk(page, 2), ["switch", w.agree], "the way of the Tab key");
    await press(page, w.agree);
    assert.equal(await page.textContent("h1"), w.done);
    await looks("confirmed");
    await page.goto(confirm);
    assert.equal(await page.textContent("h1"), w.done, "the link opened again");
    await press(page, w.manage);
    assert.deepEqual(await ticked(page), [byEmail], "the yes counts");

    await page.uncheck(`[value="${byEmail}"]`);
    await press(page, w.save);
    await page.goto(confirm);
    assert.equal(await page.textContent("h1"), w.kept, "a later no stands");
    assert.equal(await page.locator("button").count(), 0);
    await looks("kept");
  });
}

// sayYes sends the form again with the box for offers ticked.
async function sayYes(page, lang, email) {
  await page.goto(`${API}/forms/quote?lang=${lang}`);
  await page.fill("#name", "林小满");
  await page.fill("#email", email);
  await page.selectOption("#product", "packaging");
  await page.check("#marketing_consent");
  await press(page, words[lang].send);
  await page.waitForURL("**/forms/quote/thanks?**");
}

const ticked = (page) => page.locator("[name=yes]:checked").evaluateAll((boxes) => boxes.map((b) => b.value));
