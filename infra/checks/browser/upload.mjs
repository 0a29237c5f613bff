// How files are handed in with an enquiry: with the script, on the form and on the page after it; without it, one at a time. main.go starts the stack.
import assert from "node:assert/strict";
import { test } from "node:test";
import { proper, visit } from "./visitor/page.mjs";
import { call } from "./visitor/staff.mjs";

const { API } = process.env;

const words = {
  zh: {
    wrong: "请另存为其中一种格式",
    send: "发送询价", kept: "已收到", add: "添加一个文件", upload: "上传文件", attach: "附上文件" },
  en: {
    wrong: "Save it as one of these",
    send: "Send enquiry", kept: "Received", add: "Add a file", upload: "Upload the file", attach: "Attach the file" },
};
const pdf = (name) => ({ name, mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n" + "1 0 obj <</Type /Page>> endobj\n".repeat(2000) + "%%EOF\n") });
const bytes = (begin) => Buffer.from(begin + "\0".repeat(200));
const program = { name: "setup.exe", mimeType: "application/octet-stream", buffer: bytes("MZ") };
const phone = { name: "IMG_1.HEIC", mimeType: "image/heic", buffer: bytes("\0\0\0\x18ftypheic\0\0\0\0mif1heic") };
const disguised = { name: "盒子.jpg", mimeType: "image/jpeg", buffer: Buffer.from("<!doctype html><script>alert(1)</script>".repeat(9)) };

for (const lang of ["zh", "en"]) {
  test(`files on the form in ${lang}`, () => visit({}, async (page) => {
    const looks = (name) => proper(page, lang, { shot: `upload-${lang}-${name}` });
    await page.goto(`${API}/forms/quote?lang=${lang}`);
    const accept = await page.getAttribute("#artwork-files", "accept");
    assert.ok(accept.startsWith("image/jpeg,") && !accept.includes("hei"), `a phone is asked for JPEG: ${accept}`);
    await page.setInputFiles("#artwork-files", [program, pdf("wrong.docx"), phone]);
    assert.equal(await page.locator(".files li").count(), 1, "a wrong kind is refused at choosing, HEIC is not");
    const refused = await page.textContent(".progress");
    for (const said of [program.name, "wrong.docx", words[lang].wrong]) assert.ok(refused.includes(said), refused);
    await looks("wrong");
    await page.click(".files li:nth-child(1) button");

    await page.setInputFiles("#artwork-files", [pdf("画册 final.pdf"), disguised, pdf("third.pdf")]);
    await page.click(".files li:nth-child(3) button"); // one was a mistake
    assert.equal(await page.locator(".files li").count(), 2);
    await looks("chosen");

    await page.click(`button:text("${words[lang].send}")`);
    await page.waitForSelector("#errors");
    assert.equal(await page.locator(".files li").count(), 2, "a fault in the form loses no file");
    await looks("faults");

    await fill(page, `upload-${lang}`);
    await page.click(`button:text("${words[lang].send}")`);
    await page.waitForURL("**/forms/quote/thanks?**");
    await settled(page, 2);
    const lines = await page.locator(".files li").allTextContents();
    assert.ok(lines[0].includes("画册 final.pdf") && lines[0].includes(words[lang].kept), lines[0]);
    assert.ok(lines[1].includes("盒子.jpg") && lines[1].includes("PDF"), lines[1]);
    await looks("thanks");

    await page.setInputFiles("#artwork-files", [pdf("later.pdf"), program]);
    await settled(page, 4);
    const fourth = await page.textContent(".files li:nth-child(4)");
    assert.ok(fourth.includes(words[lang].wrong), `nor is it sent from here: ${fourth}`);
    await page.reload();
    assert.equal(await page.locator(".files li:not(.refused)").count(), 2, "what was kept is still there");
    await looks("later");
    await page.click(".switch");
    assert.equal(await page.locator(".files li:not(.refused)").count(), 2, "and in the other language");
  }));

  test(`a file without JavaScript in ${lang}`, () => visit({ javaScriptEnabled: false }, async (page) => {
    const looks = (name) => proper(page, lang, { javaScriptEnabled: false, shot: `upload-${lang}-${name}` });
    await page.goto(`${API}/forms/quote?lang=${lang}`);
    await looks("form");
    await fill(page, `plain-${lang}`);
    await page.click(`button:text("${words[lang].send}")`);
    await page.waitForURL("**/forms/quote/thanks?**");
    await looks("thanks");
    await page.fill("#artwork-name", "盒子.pdf");
    await page.click(`button:text("${words[lang].add}")`);
    await page.setInputFiles("#artwork-file", pdf("whatever.bin"));
    await looks("upload");
    await page.click(`button:text("${words[lang].upload}")`);
    await page.waitForURL("**/artwork/**&sent=yes**");
    await looks("sent");
    await page.click(`button:text("${words[lang].attach}")`);
    const line = await page.textContent(".files li");
    assert.ok(line.includes("盒子.pdf"), line);
    await looks("kept");
  }));
}

// What was handed in reaches staff, and nothing but what was kept.
test("staff can download it", async () => {
  const ask = (path) => call("manager", "GET", path);
  const lead = (await ask("/leads?limit=100")).items.find((l) => l.name === "upload-en");
  const files = (await ask(`/leads/${lead.id}/artwork`)).items;
  assert.deepEqual(files.map((f) => [f.name, f.kind]), [["画册 final.pdf", "pdf"], ["later.pdf", "pdf"]]);
  const link = await ask(`/leads/${lead.id}/artwork/${files[0].id}`);
  const answer = await fetch(link.url);
  assert.equal(answer.headers.get("content-type"), "application/octet-stream");
  assert.match(answer.headers.get("content-disposition"), /^attachment; filename\*=utf-8''%E7%94%BB%E5%86%8C%20final\.pdf$/);
  assert.ok((await answer.text()).startsWith("%PDF-1.7"));
});

async function fill(page, who) {
  await page.fill("#name", who);
  await page.fill("#email", `${who}@visitor.example`);
  await page.selectOption("#product", "packaging");
}

// settled waits until nothing is under way and so many files have their line.
async function settled(page, lines) {
  await page.waitForFunction((n) => document.querySelectorAll(".files li").length === n && !document.querySelector("[aria-busy]"), lines);
}
