// How files are handed in with an enquiry: with the script, on the form and on the page after it; without it, one at a time. main.go starts the stack.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const { API, SHOTS, CHROMIUM, STAFF } = process.env;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const words = {
  zh: { lang: "zh-Hans", send: "发送询价", kept: "已收到", add: "添加一个文件", upload: "上传文件", attach: "附上文件" },
  en: { lang: "en", send: "Send enquiry", kept: "Received", add: "Add a file", upload: "Upload the file", attach: "Attach the file" },
};
const phone = { width: 360, height: 740 };
const pdf = (name) => ({ name, mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n" + "1 0 obj <</Type /Page>> endobj\n".repeat(2000) + "%%EOF\n") });
const disguised = { name: "盒子.jpg", mimeType: "image/jpeg", buffer: Buffer.from("<!doctype html><script>alert(1)</script>".repeat(9)) };

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
});
after(() => browser?.close());

for (const lang of ["zh", "en"]) {
  test(`files on the form in ${lang}`, () => visit({ viewport: phone }, async (page) => {
    await page.goto(`${API}/forms/quote?lang=${lang}`);
    await page.setInputFiles("#artwork-files", [pdf("画册 final.pdf"), disguised, pdf("third.pdf")]);
    await page.click(".files li:nth-child(3) button"); // one was a mistake
    assert.equal(await page.locator(".files li").count(), 2);
    await proper(page, lang);
    await shot(page, lang, "chosen");

    await page.click(`button:text("${words[lang].send}")`);
    await page.waitForSelector("#errors");
    assert.equal(await page.locator(".files li").count(), 2, "a fault in the form loses no file");
    await proper(page, lang);

    await fill(page, `upload-${lang}`);
    await page.click(`button:text("${words[lang].send}")`);
    await page.waitForURL("**/forms/quote/thanks?**");
    await settled(page, 2);
    const lines = await page.locator(".files li").allTextContents();
    assert.ok(lines[0].includes("画册 final.pdf") && lines[0].includes(words[lang].kept), lines[0]);
    assert.ok(lines[1].includes("盒子.jpg") && lines[1].includes("PDF"), lines[1]);
    await proper(page, lang);
    await shot(page, lang, "thanks");

    await page.setInputFiles("#artwork-files", [pdf("later.pdf")]);
    await settled(page, 3);
    await page.reload();
    assert.equal(await page.locator(".files li:not(.refused)").count(), 2, "what was kept is still there");
    await proper(page, lang);
    await page.click(".switch");
    assert.equal(await page.locator(".files li:not(.refused)").count(), 2, "and in the other language");
  }));

  test(`a file without JavaScript in ${lang}`, () => visit({ viewport: phone, javaScriptEnabled: false }, async (page) => {
    await page.goto(`${API}/forms/quote?lang=${lang}`);
    await shot(page, lang, "plain-form");
    await fill(page, `plain-${lang}`);
    await page.click(`button:text("${words[lang].send}")`);
    await page.waitForURL("**/forms/quote/thanks?**");
    await shot(page, lang, "plain-thanks");
    await page.fill("#artwork-name", "盒子.pdf");
    await page.click(`button:text("${words[lang].add}")`);
    await page.setInputFiles("#artwork-file", pdf("whatever.bin"));
    await shot(page, lang, "plain-upload");
    await page.click(`button:text("${words[lang].upload}")`);
    await page.waitForURL("**/artwork/**&sent=yes**");
    await shot(page, lang, "plain-sent");
    await page.click(`button:text("${words[lang].attach}")`);
    const line = await page.textContent(".files li");
    assert.ok(line.includes("盒子.pdf"), line);
    await shot(page, lang, "plain-kept");
  }));
}

// What was handed in reaches staff, and nothing but what was kept.
test("staff can download it", async () => {
  const ask = async (path) => (await fetch(API + path, { headers: { Authorization: `Bearer ${STAFF}` } })).json();
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

const shot = (page, lang, name) => page.screenshot({ path: `${SHOTS}/upload-${lang}-${name}.png`, fullPage: true });

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

// proper holds for every page: its language is named, nothing is wider than the screen, and axe finds nothing.
async function proper(page, lang) {
  assert.equal(await page.getAttribute("html", "lang"), words[lang].lang);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wider, 0, "the page scrolls sideways");
  await page.evaluate(axe);
  const { passes, violations } = await page.evaluate(() => axe.run());
  assert.ok(passes.length > 0, "axe looked at nothing");
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), []);
}
