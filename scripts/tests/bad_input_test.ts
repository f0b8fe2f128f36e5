/**
 * Bad input, over HTTP: whatever an authenticated caller sends, each function answers as documented, never with a fault, a stack, SQL or
 * another clinic's data, and keeps working. Generated bodies follow a seed, which is part of the tests' names: `SEED=… BAD_INPUT_RUNS=…
 * deno task test scripts/tests/bad_input_test.ts` repeats and prolongs them.
 *
 * Input that functions read with shared code is sent to each of them in turn, so that together they get all of it, and with each seed to
 * different ones; a function that stores what it is told gets everything, and with `TEST_AMOUNT=all` they all do.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonValue } from "../../shared/json.ts";
import { progress } from "../cli.ts";
import { isLong, share } from "./support/amount.ts";
import { clinics } from "./support/clinic.ts";
import { type FunctionRow, functions, functionsOf, signedByTwilio } from "./support/callers.ts";
import { faults, judge } from "./support/judge.ts";
import { anyText } from "./support/unit/any_text.ts";
import { mutateJson, type Mutation } from "./support/mutate_json.ts";
import {
  NASTY_BODIES,
  NASTY_TEXTS,
  NASTY_VALUES,
  ODD_HEADERS,
  ODD_METHODS,
  ODD_QUERIES,
  toNastyJson,
} from "./support/nasty.ts";
import { type Sender, soundBodies } from "./support/sound_bodies.ts";
import { type Victim, victim } from "./support/victim.ts";
import { type Org, World } from "./support/world.ts";

const seed = Number(Deno.env.get("SEED") ?? crypto.getRandomValues(new Int32Array(1))[0]);
const runs = Number(Deno.env.get("BAD_INPUT_RUNS") ?? (isLong ? 30 : 4));

/** Functions that store their input in many places: an agent, a visit. */
const STORING = ["agent-save", "book-clinic-appointment"];

/** The function's share of all inputs. */
function shareOf<T>({ slug }: FunctionRow, all: readonly T[]): T[] {
  if (STORING.includes(slug)) return [...all];
  return share(all, 8, seed + functions.findIndex((each) => each.slug === slug));
}

const world = clinics();
let owner: Org;
let sender: Sender;
let them: Victim;
const count = { requests: 0, violations: 0 };

Deno.test.beforeAll(async () => {
  const people = new World(world.stack);
  owner = await people.org();
  const { agentId, assistantId } = await people.saveAndSync(owner);
  sender = { clinic: world.clinic(owner.id), assistantId: assistantId ?? "", agentId };
  // From now on no worker is woken: what is saved and queued here need not be carried out.
  world.stack.net.pause();
  them = await victim(world, people);
});

Deno.test.afterAll(() => {
  const { requests, violations } = count;
  progress(`Bad input: ${requests} requests (seed ${seed}), ${violations} violations`);
});

/** Headers that authenticate the request. */
async function proof({ calledBy }: FunctionRow, body: string): Promise<Record<string, string>> {
  const { stack } = world;
  switch (calledBy) {
    case "user":
      return { authorization: `Bearer ${owner.accessToken}`, apikey: stack.publishableKey };
    case "service":
      return { apikey: stack.secretKey };
    case "vapi":
      return { "x-vapi-secret": stack.webhookSecret };
    case "twilio":
      return await signedByTwilio(new URLSearchParams(body));
  }
}

interface Sent {
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly query?: string;
}

async function send(
  row: FunctionRow,
  { body = "", method = row.method, headers, query = "" }: Sent,
): Promise<{ status: number; text: string; sent: number }> {
  count.requests++;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const text = new TextDecoder().decode(bytes);
  const response = await fetch(`${world.stack.functionsUrl}/${row.slug}${query}`, {
    method,
    headers: { "content-type": "application/json", ...await proof(row, text), ...headers },
    body: ["GET", "HEAD"].includes(method) ? null : bytes,
  });
  return { status: response.status, text: await response.text(), sent: bytes.length };
}

/** Sends it, and checks the answer; the error contains `what` was sent. */
async function assertHarmless(row: FunctionRow, what: string, sent: Sent): Promise<void> {
  const answer = await send(row, sent);
  try {
    judge(answer, row.calledBy, answer.sent);
  } catch (cause) {
    count.violations++;
    throw new Error(`${row.slug} answers badly to ${what}`, { cause });
  }
}

/** A body as the function takes it: JSON, or a form. */
function encode({ calledBy }: FunctionRow, value: JsonValue): string {
  if (calledBy !== "twilio") return toNastyJson(value);
  const fields = Object.entries(Object(value)).map(([name, each]) => [
    name,
    typeof each === "string" ? each : JSON.stringify(each),
  ]);
  return new URLSearchParams(fields).toString();
}

/** Runs the work, and afterwards checks whether any of it caused a fault, even one that was not reported to anybody. */
async function withoutFaults(work: () => Promise<void>): Promise<void> {
  const before = world.stack.functions.logs().length;
  await work();
  assert.deepEqual(faults(world.stack.functions.logs().slice(before)), []);
}

for (const row of functions) {
  const { slug, calledBy } = row;

  Deno.test(`${slug} answers bodies that are none`, () =>
    withoutFaults(async () => {
      for (const { name, body } of shareOf(row, NASTY_BODIES)) {
        await assertHarmless(row, name, { body });
      }
    }));

  Deno.test(`${slug} answers nasty texts and values in every place of a sound body`, () =>
    withoutFaults(async () => {
      const values = [...Object.values(NASTY_TEXTS), ...NASTY_VALUES];
      for (const [index, value] of shareOf(row, [...values.entries()])) {
        // A different place each time, so that all of them are covered and the time stays bounded.
        for (const [which, body] of soundBodies(row, sender).entries()) {
          const mutation: Mutation = { at: index * 7 + which * 3, kind: "replace", value };
          const changed = encode(row, mutateJson(body, [mutation]));
          await assertHarmless(row, changed.slice(0, 2_000), { body: changed });
        }
      }
    }));

  Deno.test(`${slug} answers bodies made by chance (seed ${seed})`, () =>
    withoutFaults(async () => {
      const nasty: fc.Arbitrary<JsonValue> = fc.oneof(
        fc.constantFrom(...Object.values(NASTY_TEXTS)),
        fc.constantFrom(...NASTY_VALUES),
        fc.constantFrom(them.appointmentId, them.holdId, them.callId, them.agentId),
        anyText({ maxLength: 40 }),
        fc.jsonValue({ maxDepth: 3 }).map((value): JsonValue => JSON.parse(JSON.stringify(value))),
      );
      const mutation: fc.Arbitrary<Mutation> = fc.record({
        at: fc.nat(200),
        kind: fc.constantFrom("replace", "remove", "rename", "add", "wrap"),
        value: nasty,
      });
      await fc.assert(
        fc.asyncProperty(
          fc.nat(10),
          fc.array(mutation, { minLength: 1, maxLength: 5 }),
          async (which, mutations) => {
            const bodies = soundBodies(row, sender);
            const body = encode(row, mutateJson(bodies[which % bodies.length] ?? {}, mutations));
            await assertHarmless(row, body.slice(0, 2_000), { body });
          },
        ),
        { seed, numRuns: runs },
      );
    }));

  Deno.test(`${slug} answers odd methods, headers and queries`, () =>
    withoutFaults(async () => {
      const body = encode(row, soundBodies(row, sender)[0] ?? {});
      for (const method of ODD_METHODS) {
        const { status } = await send(row, { method, body });
        const isPreflight = method === "OPTIONS" && calledBy === "user";
        assert.equal(status, isPreflight ? 204 : 405, `${method} ${slug}`);
      }
      for (const headers of shareOf(row, ODD_HEADERS)) {
        await assertHarmless(row, JSON.stringify(headers), { body, headers });
      }
      // Twilio signs the query too, so then it is authentic.
      for (const query of calledBy === "twilio" ? [] : shareOf(row, ODD_QUERIES)) {
        for (const method of ["GET", "POST"]) {
          await assertHarmless(row, `${method} ${query}`, { method, body, query });
        }
      }
    }));
}

Deno.test("a thousand calls in one message: an answer each, 32 of them carried out", () =>
  withoutFaults(async () => {
    const toolCallList = Array.from({ length: 1_000 }, (_, index) => ({
      id: `call-${index}`,
      function: { name: "checkAvailability", arguments: { date: sender.clinic.day() } },
    }));
    const call = { id: crypto.randomUUID(), assistantId: sender.assistantId };
    const body = { message: { type: "tool-calls", toolCallList, call } };
    for (const slug of ["calendar-check", "vapi-webhook"]) {
      const row = functions.find((each) => each.slug === slug);
      assert.ok(row);
      const { status, text } = await send(row, { body: JSON.stringify(body) });
      assert.equal(status, 200);
      const { results } = JSON.parse(text);
      assert.deepEqual(
        results.map(({ toolCallId }: { toolCallId: string }) => toolCallId),
        toolCallList.map(({ id }) => id),
      );
      const answered = results.filter(({ result }: { result?: string }) => result !== undefined);
      assert.equal(answered.length, 32);
      assert.match(results[999].error, /too much at once/);
    }
  }));

Deno.test("a body beyond the limit is refused before it is read, and an unauthenticated sender even before that", async () => {
  // All functions of a kind read their bodies with the same code.
  for (const row of [...functionsOf("user"), ...share(functionsOf("vapi"), 5, seed)]) {
    const body = "x".repeat(10_000_000);
    // Vapi ignores every answer but a 200.
    const { status, text } = await send(row, { body });
    assert.equal(status, row.calledBy === "vapi" ? 200 : 413, row.slug);
    assert.match(text, /too large|larger than/, row.slug);
    const response = await fetch(`${world.stack.functionsUrl}/${row.slug}`, {
      method: "POST",
      body,
    });
    await response.body?.cancel();
    assert.equal(response.status, 401, row.slug);
  }
});

Deno.test("and after all of it every function still does its work", async () => {
  for (const row of functions) {
    for (const body of soundBodies(row, sender)) {
      await assertHarmless(row, "a sound body", { body: encode(row, body) });
    }
  }
  const { result } = await them.clinic.call("checkAvailability", { date: them.clinic.day() });
  assert.equal(result.success, true);
});
