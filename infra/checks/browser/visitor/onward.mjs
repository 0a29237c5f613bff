// A website of the shop's own, and a form that sends its visitors there.
import { createServer } from "node:http";
import { call, copyForm } from "./staff.mjs";

const head = '<!doctype html><html lang="en"><head><title>Thanks</title><link rel="icon" href="data:,"></head>';

// onward opens the website and the form of this id. landing is the page where its visitors land.
export async function onward(id) {
  const site = createServer((_, response) => response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" })
    .end(`${head}<body><h1>Thank you from the shop</h1></body></html>`));
  await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
  const origin = `http://localhost:${site.address().port}`, landing = `${origin}/thanks?from=form`;
  const form = await copyForm("quote", id), version = { "If-Match": `"${form.version}"` };
  await call("marketing", "PATCH", `/forms/${id}/definition`, { redirects: [landing] }, version);
  return { origin, landing, close: () => site.close() };
}
