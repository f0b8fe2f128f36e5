/** No one gets in: every function, called with every kind of invalid proof. */
import assert from "node:assert/strict";
import { functionSlugs } from "../deploy/check_repository.ts";
import { repository } from "../local/migrations.ts";
import { clinics, METRICS_TOKEN, requestBody } from "./support/clinic.ts";
import {
  functions,
  functionsOf,
  signedByTwilio,
  signedByVapi,
  TWILIO_WEBHOOK,
} from "./support/callers.ts";
import { forgedTokens, misusedTokens, sessionClaims } from "./support/forged_tokens.ts";
import { unwoken } from "./support/unwoken.ts";
import { type Org, World } from "./support/world.ts";

const world = clinics();
const people = () => new World(world.stack);
const testQuiet = unwoken(world);

/** Sends the request and makes sure that it is refused with 401, in the one format and without any secret. */
async function assertRefused(
  what: string,
  slug: string,
  init: RequestInit,
  query = "",
): Promise<void> {
  const response = await fetch(`${world.stack.functionsUrl}/${slug}${query}`, init);
  const text = await response.text();
  assert.equal(response.status, 401, `${slug} let in ${what}: ${text}`);
  const { success, error } = JSON.parse(text);
  assert.deepEqual([success, error.code], [false, "unauthorized"]);
  assert.deepEqual(Object.keys(error), ["code", "message"]);
  for (const secret of [world.stack.secretKey, world.stack.webhookSecret]) {
    assert.ok(!text.includes(secret), `${slug} tells a secret`);
  }
}

testQuiet("every function stands in the list of who calls it", async () => {
  assert.deepEqual(functions.map(({ slug }) => slug).toSorted(), await functionSlugs(repository));
});

const AGENT = JSON.stringify({ role: "inbound", name: "Front desk", systemPrompt: "Be kind." });

function save(headers: Record<string, string>): RequestInit {
  const { publishableKey: apikey } = world.stack;
  return { method: "POST", headers: { apikey, ...headers }, body: AGENT };
}

async function assertNoMember(what: string, token: string): Promise<void> {
  for (const { slug } of functionsOf("user")) {
    await assertRefused(what, slug, save({ authorization: `Bearer ${token}` }));
  }
}

testQuiet(
  "members' functions and the Data API let nobody in with a forged or expired token",
  async (test) => {
    const org = await people().org();
    for (const { name, token } of await forgedTokens(world.stack, org.userId)) {
      await test.step(name, async () => {
        await assertNoMember(name, token);
        const response = await fetch(`${world.stack.apiUrl}/rest/v1/agents`, {
          headers: { apikey: world.stack.publishableKey, authorization: `Bearer ${token}` },
        });
        const body = await response.text();
        // In this place the gateway does not take an API key for a user: then PostgREST refuses the role anon.
        assert.equal(response.status, 401, body);
        assert.ok(!body.startsWith("["), body);
      });
    }
    assert.deepEqual(await agentsOf(org), []);
  },
);

testQuiet("agent-save lets nobody in with a token that is true but not for it", async (test) => {
  const org = await people().org();
  for (const { name, token } of await misusedTokens(world.stack, org.userId)) {
    await test.step(name, () => assertNoMember(name, token));
  }
  assert.deepEqual(await agentsOf(org), []);
});

testQuiet("agent-save takes a token from the header Authorization alone", async () => {
  const org = await people().org();
  const token = org.accessToken;
  await assertRefused("no token", "agent-save", save({}));
  await assertRefused("an empty token", "agent-save", save({ authorization: "Bearer " }));
  await assertRefused("a bare token", "agent-save", save({ authorization: token }));
  await assertRefused("Basic", "agent-save", save({ authorization: `Basic ${token}` }));
  await assertRefused(
    "two tokens",
    "agent-save",
    save({ authorization: `Bearer ${token}, Bearer x` }),
  );
  await assertRefused("a cookie", "agent-save", save({ cookie: `sb-access-token=${token}` }));
  await assertRefused("a query", "agent-save", save({}), `?access_token=${token}`);
  await assertRefused("apikey", "agent-save", save({ apikey: token }));
  const ofMetrics = { authorization: `Bearer ${METRICS_TOKEN}` };
  await assertRefused("the metrics' token", "agent-save", save(ofMetrics));
  await assertRefused("a secret key", "agent-save", save({ apikey: world.stack.secretKey }));
  const ofVapi = { "x-vapi-secret": world.stack.webhookSecret };
  await assertRefused("Vapi's secret", "agent-save", save(ofVapi));
  assert.deepEqual(await agentsOf(org), []);
});

testQuiet("a valid token is worth what its user may do at that moment", async () => {
  const org = await people().org();
  assert.equal((await people().save(org)).status, 200);

  await world.stack.sql`update members set role = 'member' where user_id = ${org.userId}`;
  assert.equal((await people().save(org, { name: "As a member" })).status, 403);

  await world.stack.sql`delete from members where user_id = ${org.userId}`;
  for (const orgId of [undefined, org.id]) {
    const { status, body } = await people().save(org, { name: "Removed", ...(orgId && { orgId }) });
    assert.equal(status, 403);
    assert.equal(body.error?.code, "forbidden");
  }

  await world.stack.sql`delete from auth.users where id = ${org.userId}`;
  assert.equal((await people().save(org, { name: "Deleted" })).status, 403);

  const nobody = await world.stack.signJwt(sessionClaims(world.stack, crypto.randomUUID()));
  assert.equal((await people().save({ accessToken: nobody }, { name: "Nobody" })).status, 403);
  assert.deepEqual(await agentsOf(org), ["Front desk"]);
});

async function agentsOf({ id }: Org): Promise<string[]> {
  const rows = await world.stack.sql<
    { name: string }[]
  >`select name from agents where org_id = ${id}`;
  return rows.map(({ name }) => name);
}

for (const { slug, method } of functionsOf("service")) {
  testQuiet(`${slug} lets in the project's secret keys only, and where they belong`, async () => {
    const { secretKey, publishableKey, webhookSecret } = world.stack;
    const { accessToken } = await people().org();
    const job = await insertUnnoticedJob(slug);
    const wrong: [string, Record<string, string>, string?][] = [
      ["nothing", {}],
      ["an empty key", { apikey: "" }],
      ["a publishable key", { apikey: publishableKey }],
      ["the webhook's secret", { apikey: webhookSecret }],
      ["a user's token", { apikey: accessToken }],
      ["a key's beginning", { apikey: secretKey.slice(0, -1) }],
      ["a key with more to it", { apikey: `${secretKey}x` }],
      ["a key in capitals", { apikey: secretKey.toUpperCase() }],
      ["the metrics' token in place of a key", { apikey: METRICS_TOKEN }],
      ["two keys", { apikey: `${publishableKey}, ${secretKey}` }],
      ["the names of the keys", { apikey: JSON.stringify({ default: secretKey }) }],
      ["a wrong bearer token", { authorization: `Bearer ${secretKey}x` }],
      ["the key as a password", { authorization: `Basic ${btoa(`:${secretKey}`)}` }],
      ["the key as a cookie", { cookie: `apikey=${secretKey}` }],
      ["Vapi's header", { "x-vapi-secret": secretKey }],
      ["the key in the URL", {}, `?apikey=${secretKey}`],
    ];
    // Prometheus can send nothing else in every version, so metrics takes both.
    for (const token of slug === "metrics" ? [] : [secretKey, METRICS_TOKEN]) {
      wrong.push(["a bearer token", { authorization: `Bearer ${token}` }]);
    }
    const body = method === "POST" ? "{}" : null;
    for (const [what, headers, query] of wrong) {
      await assertRefused(what, slug, { method, headers, body }, query);
    }
    assert.deepEqual(await job.attempts(), job.exists ? [0] : []);
  });
}

/** A job in the queue that the function serves, if any, about which no worker has been notified. */
async function insertUnnoticedJob(slug: string) {
  const { sql } = world.stack;
  const [job] = await sql.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    return await transaction<{ id: string }[]>`
      insert into jobs (queue, key, payload)
      select name, 'tokens', '{"kind": "none"}' from queues where name = ${slug} returning id`;
  });
  return {
    exists: job !== undefined,
    attempts: async () => {
      const rows = await sql<{ attempts: number }[]>`
        delete from jobs where id = ${job?.id ?? null} and status = 'pending' returning attempts`;
      return rows.map(({ attempts }) => attempts);
    },
  };
}

for (const { slug } of functionsOf("vapi")) {
  testQuiet(`${slug} lets in nobody without the webhook's secret`, async () => {
    const { stack } = world;
    const secret = stack.webhookSecret;
    const body = JSON.stringify(requestBody(crypto.randomUUID(), "checkAvailability", {}, {}));
    const now = Date.now();
    const signed = await signedByVapi(stack, body);
    const wrong: [string, Record<string, string>][] = [
      ["nothing", {}],
      ["an empty secret", { "x-vapi-secret": "" }],
      ["a wrong secret", { "x-vapi-secret": "wrong" }],
      ["a secret's beginning", { "x-vapi-secret": secret.slice(0, -1) }],
      ["a secret with more to it", { "x-vapi-secret": `${secret}x` }],
      ["a secret in capitals", { "x-vapi-secret": secret.toUpperCase() }],
      ["a secret key", { "x-vapi-secret": stack.secretKey, apikey: stack.secretKey }],
      ["a wrong bearer token", { authorization: "Bearer wrong" }],
      ["a bare bearer token", { authorization: secret }],
      ["the metrics' token", { authorization: `Bearer ${METRICS_TOKEN}` }],
      ["a signature without its time", { "x-signature": signed["x-signature"] ?? "" }],
      ["a signature with another time", { ...signed, "x-timestamp": String(now - 1) }],
      ["a signature of another body", await signedByVapi(stack, `${body} `)],
      ["a signature with another secret", await signedByVapi(stack, body, { secret: "wrong" })],
      ["an empty signature", { ...signed, "x-signature": "" }],
      ["a signature that is none", { ...signed, "x-signature": "sha256=xyz" }],
      ["a signature of six minutes ago", await signedByVapi(stack, body, { at: now - 6 * 60_000 })],
      ["a signature of in six minutes", await signedByVapi(stack, body, { at: now + 6 * 60_000 })],
      ["a wrong signature beside the secret", {
        "x-vapi-secret": secret,
        ...signed,
        "x-timestamp": String(now - 1),
      }],
      ["a wrong secret beside a signature", { ...signed, "x-vapi-secret": "wrong" }],
      ["a wrong secret beside a right token", {
        "x-vapi-secret": "wrong",
        authorization: `Bearer ${secret}`,
      }],
    ];
    for (const [what, headers] of wrong) {
      await assertRefused(what, slug, { method: "POST", headers, body });
    }
  });
}

testQuiet(
  "a signed request that is sent again within five minutes changes nothing, and later is refused",
  async () => {
    const clinic = await world.open();
    const body = JSON.stringify(requestBody(clinic.id, "bookClinicAppointment", {
      patientName: "Test Patient",
      patientPhone: "+15551230001",
      appointmentDate: clinic.day(),
      appointmentTime: "10:00",
    }, { toolCallId: "signed", callId: crypto.randomUUID() }));
    const answers = new Set<string>();
    // Vapi doesn't say whether its timestamps are seconds or milliseconds.
    for (const at of [Date.now(), Date.now() - 4 * 60_000, Math.floor(Date.now() / 1000)]) {
      const headers = await signedByVapi(world.stack, body, { at });
      for (let again = 0; again < 3; again++) {
        const response = await clinic.post("bookClinicAppointment", body, { headers });
        assert.equal(response.status, 200);
        answers.add(await response.text());
      }
    }
    assert.equal(answers.size, 1);
    assert.match([...answers][0] ?? "", /\\"success\\":true/);
    assert.deepEqual(await clinic.states(), ["confirmed"]);

    const stale = await signedByVapi(world.stack, body, { at: Date.now() - 5 * 60_000 - 1000 });
    await assertRefused("an old signature", "book-clinic-appointment", {
      method: "POST",
      headers: stale,
      body,
    });
  },
);

testQuiet("sms-inbound believes nothing that Twilio has not signed", async () => {
  const params = new URLSearchParams({ From: "+15551230042", Body: "STOP", MessageSid: "SM1" });
  const signed = await signedByTwilio(params);
  const more = new URLSearchParams([...params, ["From", "+15551230043"]]);
  const wrong: [string, Record<string, string>, URLSearchParams, string?][] = [
    ["nothing", {}, params],
    ["an empty signature", { "x-twilio-signature": "" }, params],
    ["a wrong signature", { "x-twilio-signature": "d3Jvbmc=" }, params],
    ["a signature with another token", await signedByTwilio(params, { token: "wrong" }), params],
    [
      "a signature for another URL",
      await signedByTwilio(params, { url: `${TWILIO_WEBHOOK}/x` }),
      params,
    ],
    ["a signature for another query", signed, params, "?message=1"],
    ["a signature without a parameter that was added", signed, more],
    ["Vapi's secret", { "x-vapi-secret": world.stack.webhookSecret }, params],
    ["a secret key", { apikey: world.stack.secretKey }, params],
  ];
  for (const [what, headers, body, query] of wrong) {
    await assertRefused(what, "sms-inbound", { method: "POST", headers, body }, query);
  }
  const optOuts = () => world.stack.sql`select from sms_opt_outs where phone = '+15551230042'`;
  assert.equal((await optOuts()).length, 0);

  for (let again = 0; again < 3; again++) {
    const response = await fetch(`${world.stack.functionsUrl}/sms-inbound`, {
      method: "POST",
      headers: signed,
      body: params,
    });
    assert.equal(response.status, 200, await response.text());
  }
  assert.equal((await optOuts()).length, 1, "a STOP that comes again is one wish");
});
