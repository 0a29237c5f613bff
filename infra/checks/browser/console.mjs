// The staff console: sign in, desk, a lead from the enquiry to the contact, a customer. Without JavaScript it is the
// same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { htmlLang, press, proper, visit } from "./visitor/page.mjs";
import { call } from "./visitor/staff.mjs";

const { API } = process.env;

const words = {
  zh: { contact: "记录联系", leads: "线索", customers: "客户", logged: "已记录联系", out: "退出登录", left: "您已退出登录" },
  en: { contact: "Log contact", leads: "Leads", customers: "Customers", logged: "Contact logged", out: "Sign out",
    left: "You have signed out" },
};

const long = "https://visitor.example/a-very-long-address-without-a-break-that-must-not-make-the-page-wider";

const keeps = ["session", "sign-in", "lang"];

for (const lang of ["zh", "en"]) {
  test(`a lead in the console in ${lang}`, () => follow(lang, true));
  test(`a lead in the console in ${lang} without JavaScript`, () => follow(lang, false));
}

// enquiry is a lead that came through the form and has an owner.
async function enquiry(lang, how) {
  const email = `console-${lang}-${how}@visitor.example`;
  const enquiry = { name: "林小满", company: "常青藤包装有限公司", email, phone: "+8613800138000", product: "packaging",
    message: `茶叶礼盒，四色印刷，烫金。\n${long}` };
  const answer = await fetch(`${API}/forms/quote`, { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify(enquiry) });
  assert.equal(answer.status, 202);
  const id = (await answer.json()).submission_id.replace("sub", "lead");
  for (let i = 0; i < 200; i++) {
    const lead = await call("manager", "GET", `/leads/${id}`);
    if (lead.state === "assigned") return lead;
    await new Promise((go) => setTimeout(go, 100));
  }
  throw new Error("nobody got the lead");
}

// follow signs in as the manager by a link to a lead, tries to log a contact with nothing chosen, and then logs it.
async function follow(lang, javaScriptEnabled) {
  const lead = await enquiry(lang, javaScriptEnabled), how = { javaScriptEnabled };
  await visit({ javaScriptEnabled, keeps, locale: htmlLang[lang] }, async (page) => {
    const shot = (name) => ({ ...how, shot: `console-${lang}-${name}` });
    await page.goto(`${API}/console/leads/${lead.id}`);
    await page.click('button[value="local|manager"]');
    await page.waitForURL(`${API}/console/leads/${lead.id}`);
    await proper(page, lang, shot("lead"));
    await press(page, words[lang].contact);
    assert.equal(await page.locator(".error").count(), 2, "channel and outcome are missing");
    await proper(page, lang, shot("faults"));
    await page.selectOption("[name='contact.channel']", "call");
    await page.selectOption("[name='contact.outcome']", "call-back");
    await page.fill("[name='contact.note']", "周五再联系");
    await page.fill("[name='contact.next_step_at']", tomorrow());
    await press(page, words[lang].contact);
    assert.equal(await page.textContent(".done h2"), words[lang].logged);
    await proper(page, lang, shot("done"));
    for (const area of ["leads", "customers"]) {
      await press(page, words[lang][area]);
      await proper(page, lang, shot(area));
    }
    await page.goto(`${API}/console`);
    await proper(page, lang, shot("desk"));
    await page.goto(`${API}/console/customers/${lead.customer}`);
    await proper(page, lang, shot("customer"));
    await page.goto(`${API}/console/nowhere`);
    await proper(page, lang, shot("nowhere"));
    await page.goto(`${API}/console/leads`);
    const other = lang === "zh" ? "en" : "zh";
    await page.click(".switch");
    await page.waitForSelector(`html[lang=${htmlLang[other]}]`);
    await page.click(".switch");
    await page.waitForSelector(`html[lang=${htmlLang[lang]}]`);
    await page.click(".account summary");
    await press(page, words[lang].out);
    await page.waitForURL(`${API}/console/signed-out`);
    assert.equal(await page.textContent("h1"), words[lang].left);
    await proper(page, lang, shot("out"));
    await page.goto(`${API}/console`);
    assert.equal(new URL(page.url()).pathname, "/authorize", "the session is over");
  });
}

// tomorrow is a day and a time as a browser types them.
function tomorrow() {
  return new Date(Date.now() + 26 * 3600 * 1000).toISOString().slice(0, 16);
}
