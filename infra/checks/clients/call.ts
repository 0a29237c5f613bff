// What an integrator writes against the TypeScript client: it compiles by the description, and the stack answers so.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

declare const process: { env: Record<string, string> };
const { API, TOKEN } = process.env;

const shop = createClient<paths>({ baseUrl: API, headers: { Authorization: `Bearer ${TOKEN}` } });
const stranger = createClient<paths>({ baseUrl: API });

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

// said is why a call failed: the door's title, or the gateway's message.
const said = (error: components["schemas"]["Problem"] | undefined) => error?.title ?? error?.message ?? "nothing";

const sent = await stranger.POST("/forms/{form}", {
  params: { path: { form: "quote" } }, body: { name: "Li Na", email: "clients-ts@visitor.example", product: "cards" },
});
must(sent.data?.reference !== undefined, `the enquiry: ${said(sent.error)}`);

const customer = await shop.POST("/customers", {
  body: { kind: "company", name: "Tea House TS", lang: "en", source: "phone" },
});
must(customer.data !== undefined, `a customer: ${said(customer.error)}`);
const version = customer.response.headers.get("ETag");
must(version !== null, "a version");

const one = { path: { id: customer.data.id }, header: { "If-Match": version } };
const changed = await shop.PATCH("/customers/{id}", {
  params: one, headers: { "Content-Type": "application/merge-patch+json" }, body: { name: "Tea House" },
});
must(changed.data?.name === "Tea House", `a change: ${said(changed.error)}`);
const stale = await shop.PATCH("/customers/{id}", {
  params: one, headers: { "Content-Type": "application/merge-patch+json" }, body: { name: "Coffee House" },
});
must(stale.response.status === 412 && stale.error?.title !== undefined, `an old version: ${said(stale.error)}`);

const leads = await shop.GET("/leads", { params: { query: { state: "assigned", limit: 5 } } });
must(Array.isArray(leads.data?.items), `leads: ${said(leads.error)}`);

const missing = await shop.GET("/leads/{id}", {
  params: { path: { id: "led_019b0000-0000-7000-8000-00000000ffff" } },
});
must(missing.response.status === 404 && missing.error?.detail !== undefined, `no such lead: ${said(missing.error)}`);

const unknown = await stranger.GET("/leads");
must(unknown.response.status === 401 && unknown.error?.message !== undefined, `no token: ${said(unknown.error)}`);
