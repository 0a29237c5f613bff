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

// copyForm opens a form like another one under an id of its own: what is read of a form is what makes one.
export async function copyForm(from, id) {
  const { branch, region, source, title, intro, thanks, consent, limits, fields } = await call("marketing", "GET", `/forms/${from}/definition`);
  return call("marketing", "POST", "/forms", { id, branch, region, source, title, intro, thanks, consent, limits, fields });
}
