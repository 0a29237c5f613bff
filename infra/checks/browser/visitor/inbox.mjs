// The inbox that takes every mail of the stack.
import assert from "node:assert/strict";

const { INBOX } = process.env;

// mailTo waits for the mail to an address, the first or a later one: its subject and text.
export async function mailTo(address, nth = 1) {
  const until = Date.now() + 30_000;
  while (Date.now() < until) {
    const mails = await (await fetch(`${INBOX}/email?to.address=${encodeURIComponent(address)}`)).json();
    if (mails.length >= nth) return mails[nth - 1];
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`no mail to ${address}`);
}
