// What staff do beside the visitor, by the API and by the commands of the local stack.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

const { API, LOCAL, STACK } = process.env;

const local = (command, ...args) => execFileSync(LOCAL, [command, "-dir", STACK, ...args], { encoding: "utf8" }).trim();

// choicesLink is the link by which a contact chooses what he is sent: `make link`.
export const choicesLink = (contact) => local("link", contact);

// caseLink is the link by which a customer complains or sees his complaint: `make case`.
export const caseLink = (about, job = "") => local("case", about, job);

const tokens = {};

// call is a request of a member of staff to the API. Any answer but a good one fails.
export async function call(role, method, path, body, headers = {}) {
  tokens[role] ??= local("token", role);
  const answer = await fetch(API + path, {
    method, headers: { Authorization: `Bearer ${tokens[role]}`, "Content-Type": method === "PATCH" ? "application/merge-patch+json" : "application/json", ...headers }, body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

// copyForm opens a form like another one under an id of its own. Texts that are not there are left out.
export async function copyForm(from, id) {
  const said = (text) => (text?.zh ? text : undefined);
  const f = await call("marketing", "GET", `/forms/${from}/definition`);
  const { name: _, ...limits } = f.policy;
  return call("marketing", "POST", "/forms", {
    id, branch: f.branch, region: f.region, source: f.source, title: f.title, intro: said(f.intro), thanks: f.thanks, consent: said(f.consent), limits,
    fields: f.fields.map((field) => ({ ...field, hint: said(field.hint) })),
  });
}
