// A customer complains by his link and follows it to the end: he opens it, sends a photo, writes, accepts what is offered and says that it is settled. main.go
// starts the stack.
import assert from "node:assert/strict";
import { test } from "node:test";
import { press, proper, visit } from "./visitor/page.mjs";
import { call, caseLink } from "./visitor/staff.mjs";

const words = {
  zh: { open: "提交投诉", opened: "已收到您的投诉", send: "发送留言", sent: "留言已发送", received: "已收到", withdraw: "撤回投诉", keep: "不，继续处理", accept: "接受方案", sure: "是的，接受", accepted: "您已接受方案", settled: "是的，已解决", thanks: "谢谢您",
    add: "添加一个文件", upload: "上传文件", attach: "附上文件", back: "返回", gone: "链接无效" },
  en: { open: "Send complaint", opened: "We have your complaint", send: "Send message", sent: "Message sent", received: "Received", withdraw: "Withdraw complaint", keep: "No, keep it open", accept: "Accept offer", sure: "Yes, accept it", accepted: "You accepted the offer",
    settled: "Yes, it is settled", thanks: "Thank you", add: "Add a file", upload: "Upload the file", attach: "Attach the file", back: "Back", gone: "This link does not work" },
};
const photo = { name: "封面.jpg", mimeType: "image/jpeg", buffer: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(4000, 1)]) };
const drawing = { name: "logo.jpg", mimeType: "image/jpeg", buffer: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${" ".repeat(99)}</svg>`) };

for (const lang of ["zh", "en"]) {
  test(`a complaint in ${lang}`, () => goThrough(lang, true));
  test(`a complaint in ${lang} without JavaScript`, () => goThrough(lang, false));
  test(`a complaint's link in ${lang} that leads nowhere`, () => visit({}, async (page) => {
    await page.goto(`${process.env.API}/c/nobody?lang=${lang}`);
    assert.equal(await page.textContent("h1"), words[lang].gone);
    await proper(page, lang, { shot: `case-${lang}-nowhere` });
  }));
}

async function goThrough(lang, javaScriptEnabled) {
  const w = words[lang], job = `J-${lang}-${javaScriptEnabled}`;
  const { contact_id: contact } = await call("sales", "POST", "/leads", { source: "phone", name: "周末", email: `${job.toLowerCase()}@visitor.example`, lang, spoken: { channel: "call", outcome: "interested" } });
  await visit({ javaScriptEnabled }, async (page) => {
    const looks = (name) => proper(page, lang, { javaScriptEnabled, shot: `case-${lang}-${name}` });
    const said = async (text) => assert.equal((await page.textContent("[role=status] h2")).trim(), text);
    await page.goto(`${caseLink(contact, job)}?lang=${lang}`);
    await looks("form");
    await press(page, w.open);
    assert.equal(await page.locator("#errors li").count(), 2, "what is wrong, and in his words");
    await looks("faults");
    await page.click("summary >> nth=0");
    await page.check("[value=colour-deviation]");
    await page.fill("#words", "封面比签样偏红，大约 300 本。");
    await page.fill("#affected", "300");
    await page.fill("#delivered", "2000");
    await page.selectOption("#wanted", "part-reprint");
    await press(page, w.open);
    await said(w.opened);
    await looks("opened");

    await (javaScriptEnabled ? send(page, looks) : sendPlainly(page, w, looks));
    await page.fill("#text", "第 3 箱也有。");
    await press(page, w.send);
    await said(w.sent);
    await press(page, w.withdraw);
    await looks("withdraw");
    await press(page, w.keep);

    const { id } = (await call("owner", "GET", "/complaints?limit=100")).items.find((c) => c.job === job);
    await offer(id);
    await page.reload();
    await looks("offered");
    await press(page, w.accept);
    await looks("accept");
    await press(page, w.sure);
    await said(w.accepted);
    await looks("agreed");
    await call("owner", "POST", `/complaints/${id}/carry-out`, { promised_at: inDays(3), credit_number: "CN-1" });
    await call("owner", "POST", `/complaints/${id}/comment`, { public_text: "已安排重印，周五送到。" });
    await call("owner", "POST", `/complaints/${id}/complete`, {});
    await page.reload();
    await looks("verifying");
    await press(page, w.settled);
    await said(w.thanks);
    await looks("settled");
    assert.equal((await call("owner", "GET", `/complaints/${id}`)).state, "correcting");
    assert.equal((await call("owner", "GET", `/complaints/${id}/artwork`)).items.length, 1);
  });
}

// send hands in a photo and something that only says it is one.
async function send(page, looks) {
  await page.setInputFiles("#artwork-files", [photo, drawing]);
  await page.waitForFunction(() => document.querySelectorAll(".files li").length === 2 && !document.querySelector("[aria-busy]"));
  const lines = await page.locator(".files li").allTextContents();
  assert.ok(lines[0].includes(photo.name) && lines[1].includes("JPEG"), lines.join("; "));
  await looks("photo");
}

async function sendPlainly(page, w, looks) {
  await page.fill("#artwork-name", photo.name);
  await press(page, w.add);
  await page.setInputFiles("#artwork-file", photo);
  await looks("upload");
  await page.click(`button:text-is("${w.upload}")`);
  await page.waitForURL("**/artwork/**&sent=yes**");
  await press(page, w.attach);
  assert.ok((await page.textContent(".files li")).includes(w.received));
  await looks("photo");
  await press(page, w.back);
}

// offer brings a complaint as far as an offer, as staff do.
async function offer(id) {
  const money = (yuan) => ({ minor: yuan * 100, currency: "CNY" });
  await call("owner", "POST", `/complaints/${id}/triage`, { severity: 2, job: { class: "general", value: { value: money(8000), source: "order" }, ordered: { value: 2000, source: "order" }, delivered_at: { value: inDays(-1), source: "delivery-note" } } });
  await call("owner", "POST", `/complaints/${id}/measure`, { measure: "de00-cmy", value: 9000, unit: "ΔE00", samples: 5 });
  await call("owner", "POST", `/complaints/${id}/decide`, { defect: "colour-deviation", seen: "visible", sample: "worse", proof: "deviates", file: "correct", cause: "ours" });
  await call("owner", "POST", `/complaints/${id}/propose`, { remedies: [{ kind: "part-reprint", quantity: 300, amount: money(777), value: money(1200), promised_at: inDays(3) }, { kind: "credit-note", amount: money(333), value: money(333) }] });
}

const inDays = (n) => new Date(Date.now() + n * 86_400_000).toISOString();
