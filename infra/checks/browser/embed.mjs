// The form on somebody else's website, under a content security policy that allows what the README says and nothing more.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { mailTo } from "./visitor/inbox.mjs";
import { htmlLang, proper, visit } from "./visitor/page.mjs";
import { call, copyForm } from "./visitor/staff.mjs";

const { API } = process.env;

const words = {
  zh: { title: "江南茶社 · 包装询价", before: "需要礼盒？请在这里告诉我们。", open: "打开询价表单", send: "发送询价", summary: "有些内容需要修改", product: "产品", thanks: "我们已收到您的询价", unsent: "没有发送成功",
    elsewhere: "请到我们的页面填写表单", mail: "已收到您的询价" },
  en: { title: "Tea house · ask for packaging", before: "Do you need a gift box? Tell us here.", open: "Open the enquiry form", send: "Send enquiry", summary: "Some fields need a change", product: "Product", thanks: "We have your enquiry",
    unsent: "It could not be sent", elsewhere: "Fill in the form on our own page", mail: "has your enquiry" },
};

// What the README asks of the site's policy, beside the site's own style sheet.
const policy = `default-src 'none'; script-src ${API}; connect-src ${API}; style-src 'self' ${API}; form-action 'none'; base-uri 'none'`;

const style = `:root { color-scheme: light dark; font: 17px/1.6 Georgia, "Noto Serif CJK SC", serif; background: light-dark(#f4efe6, #1d1a16); color: light-dark(#2b2118, #efe6d8); }
body { margin: 0 auto; max-width: 44rem; padding: 16px; } main { padding-block: 16px; } a { color: inherit; } h1 { font-size: 1.6rem; line-height: 1.3; }`;

// site is a website of somebody else: one page in both languages, drawn under the policy that is asked for.
function site() {
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    if (url.pathname === "/style.css") return response.writeHead(200, { "Content-Type": "text/css" }).end(style);
    const lang = url.searchParams.get("lang"), w = words[lang], form = `${API}/forms/embedded`;
    const source = `${form}/embed.js?lang=${lang}&amp;next=${encodeURIComponent(url.searchParams.get("next") ?? "")}`;
    const body = url.pathname === "/thanks" ? `<h2>${w.thanks}</h2>` : `<p>${w.before}</p>
      <script src="${source}"></script><noscript><p><a href="${form}?lang=${lang}">${w.open}</a></p></noscript>`;
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": url.searchParams.get("policy") ?? policy });
    response.end(`<!doctype html><html lang="${htmlLang[lang]}"><head><meta charset="utf-8"><title>${w.title}</title><link rel="stylesheet" href="/style.css">
      <meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>${w.title}</h1>${body}</main></body></html>`);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve({ origin: `http://localhost:${server.address().port}`, close: () => server.close() })));
}

let friend, stranger;
before(async () => {
  [friend, stranger] = [await site(), await site()];
  const form = await copyForm("quote", "embedded");
  await call("marketing", "PATCH", "/forms/embedded/definition", { origins: [friend.origin], redirects: [`${friend.origin}/thanks?lang=en`] }, { "If-Match": `"${form.version}"` });
});
after(() => [friend, stranger].forEach((s) => s?.close()));

// at is the address of the site's page.
const at = (site, query) => `${site.origin}/?${new URLSearchParams(query)}`;
const field = (name) => `#afterpress-embedded-${name}`;
const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.className);

for (const lang of ["zh", "en"]) {
  test(`the embedded form in ${lang}`, () => fillIn(lang));
  test(`the embedded form in ${lang} without JavaScript`, () => visit({ javaScriptEnabled: false }, async (page) => {
    await page.goto(at(friend, { lang }));
    await page.click(`a:text("${words[lang].open}")`);
    await page.waitForURL("**/forms/embedded?**");
    await proper(page, lang, { javaScriptEnabled: false, shot: `embed-${lang}-opened` });
  }));
  test(`a website in ${lang} that the form does not name`, () => visit({ expected: /is not among the websites of the form embedded/ }, async (page, complaints) => {
    await page.goto(at(stranger, { lang }));
    assert.equal(await page.locator("form, input").count(), 0, "nothing of the form is drawn");
    assert.equal(complaints.filter((c) => c.includes(stranger.origin) && c.includes("PATCH /forms/embedded/definition")).length, 1, `the console says what to do: ${complaints}`);
    await proper(page, lang, { shot: `embed-${lang}-stranger` });
    await page.click(`a:text("${words[lang].elsewhere}")`);
    await page.waitForURL("**/forms/embedded?**");
  }));
}

// fillIn goes the whole way on the other site: faults stand there and keep what was typed, the focus goes where it is needed, and the mail comes.
async function fillIn(lang) {
  await visit({}, async (page) => {
    const w = words[lang], send = page.locator(`button:text("${w.send}")`);
    const looks = (name) => proper(page, lang, { shot: `embed-${lang}-${name}` });
    await page.goto(at(friend, { lang }));
    await looks("empty");

    await page.fill(field("name"), "林小满");
    await send.click();
    await page.waitForSelector(".afterpress-summary");
    assert.equal(await focused(page), "afterpress-summary", "the summary has the focus");
    assert.ok((await page.textContent(".afterpress-summary")).includes(w.summary));
    assert.equal(await page.inputValue(field("name")), "林小满", "what was typed is kept");
    assert.notEqual(await page.textContent(field("product-error")), "", "the fault stands beside its field");
    await looks("faults");
    const address = page.url();
    await page.click(`.afterpress-summary a:has-text("${w.product}")`);
    assert.equal(await focused(page), field("product").slice(1), "a line of the summary leads to its field");
    assert.equal(page.url(), address, "the address stays the site's own");

    const email = `embed-${lang}@visitor.example`;
    await page.fill(field("email"), email);
    await page.fill(field("quantity"), "很多");
    await page.selectOption(field("product"), "packaging");
    await send.press("Enter");
    await page.waitForFunction((id) => document.querySelector(id).textContent, field("quantity-error"));
    assert.equal(await page.textContent(field("product-error")), "", "what was put right is no longer blamed");
    assert.equal(await page.inputValue(field("quantity")), "很多", "what was typed is kept, number or not");
    await page.fill(field("quantity"), "500");
    await send.press("Enter");
    await page.waitForSelector(".afterpress-thanks");
    assert.equal(await focused(page), "afterpress-thanks", "the thanks have the focus");
    assert.ok((await page.textContent(".afterpress-thanks")).includes(w.thanks));
    const reference = await page.textContent(".afterpress-reference code");
    const files = await page.getAttribute(".afterpress-files a", "href");
    assert.match(files, new RegExp(`^${API}/artwork/[^?]+\\?lang=${lang}$`));
    await looks("thanks");
    const { subject } = await mailTo(email);
    assert.ok(subject.includes(w.mail) && subject.includes(reference), `${subject} names ${reference}`);
  });
}

test("the visitor is sent on to an address that the form allows", () => visit({}, async (page) => {
  await page.goto(at(friend, { lang: "en", next: `${friend.origin}/thanks?lang=en` }));
  await page.fill(field("name"), "Lin");
  await page.fill(field("email"), "embed-next@visitor.example");
  await page.selectOption(field("product"), "book");
  await page.click("button");
  await page.waitForURL(`${friend.origin}/thanks?lang=en`);
}));

// What the gateway refuses by itself no page of another site may read; what the door refuses comes with its words. Both
// times there is a number to call.
const tooMany = (route, body, headers = {}) =>
  route.fulfill({ status: 429, contentType: "application/json", headers, body });
const refusals = {
  "the gateway": (route) => tooMany(route, `{"message":"Too Many Requests"}`),
  "the door": (route) =>
    tooMany(route, `{"detail":"Come back in an hour."}`, { "Access-Control-Allow-Origin": friend.origin }),
  "the network": (route) => route.abort(),
};
for (const [lang, what] of [["zh", "the gateway"], ["en", "the door"], ["en", "the network"]]) {
  const expected = /429|CORS|ERR_FAILED|Failed to load|could not reach/i;
  test(`${what} refuses in ${lang}`, () => visit({ expected }, async (page) => {
    await page.goto(at(friend, { lang }));
    const answer = (route) => (route.request().method() === "POST" ? refusals[what](route) : route.continue());
    await page.route("**/forms/embedded?**", answer);
    await page.fill(field("name"), "林小满");
    await page.click("button");
    await page.waitForSelector(".afterpress-call");
    const text = await page.textContent(".afterpress-summary");
    assert.ok(text.includes(what === "the door" ? "Come back in an hour." : words[lang].unsent), text);
    assert.match(text, lang === "zh" ? /请直接致电：021-\d{4} \d{4}/ : /Call us: \+86/);
    assert.match(await page.getAttribute(".afterpress-call a", "href"), /^tel:\+86\d+$/);
    assert.equal(await page.inputValue(field("name")), "林小满", "what was typed is kept");
    await page.screenshot({ path: `${process.env.SHOTS}/embed-${lang}-refused.png`, fullPage: true });
  }));
}

// The page around the form stays whole whatever its policy keeps out.
for (const [what, left, drawn] of [["script-src", "default-src 'none'; style-src 'self'", 0], ["connect-src", policy.replace(/connect-src [^;]+; /, ""), 1], ["style-src", policy.replace(/(style-src 'self') [^;]+/, "$1"), 1]]) {
  test(`a policy without our address in ${what}`, () => visit({ expected: /Content Security Policy|Content-Security-Policy|csp/i }, async (page, complaints) => {
    await page.goto(at(friend, { lang: "en", policy: left }));
    assert.equal(await page.textContent("h1"), words.en.title);
    assert.ok(await page.isVisible(`text=${words.en.before}`));
    assert.equal(await page.locator("form").count(), drawn);
    if (what === "connect-src") {
      await page.fill(field("name"), "Lin");
      await page.click("button");
      await page.waitForSelector(".afterpress-summary");
      assert.ok((await page.textContent(".afterpress-summary")).includes(words.en.unsent));
      assert.equal(await page.inputValue(field("name")), "Lin", "what was typed is kept");
      assert.ok(complaints.some((c) => c.startsWith("Afterpress:") && c.includes("connect-src needs")), `the console says what to do: ${complaints}`);
    }
    await page.screenshot({ path: `${process.env.SHOTS}/embed-without-${what}.png`, fullPage: true });
    assert.deepEqual(complaints.filter((c) => c.startsWith("thrown")), [], "nothing is thrown into the page");
  }));
}
