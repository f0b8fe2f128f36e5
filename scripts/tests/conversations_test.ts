/** Conversations without a model: a share of what `deno task proof conversations` plays in full. */
import assert from "node:assert/strict";
import { z } from "zod";
import { todayIn } from "../../shared/tools/local_date.ts";
import { dayOf } from "../converse/days.ts";
import { MAX_MEDIAN_TURNS } from "../converse/manners.ts";
import { withOwnNumbers } from "../converse/own_numbers.ts";
import {
  describe,
  essentialsOf,
  medianTurns,
  planModelRuns,
  planRuns,
  play,
  type Run,
  shareOf,
  startConversations,
} from "../converse/play.ts";
import { readScenarios } from "../converse/scenario.ts";
import type { Stack } from "../local/stack.ts";
import { launchHere } from "./support/launch_here.ts";

let stack: Stack | undefined;
Deno.test.beforeAll(async () => {
  stack = await startConversations({ launch: launchHere });
});
Deno.test.afterAll(() => stack?.close());

const runs = planRuns(await readScenarios());

async function assertAllEndWell(wanted: readonly Run[]): Promise<void> {
  assert.ok(stack !== undefined && wanted.length > 0);
  const results = await play(stack, wanted);
  const failed = results.filter(({ problems }) => problems.length > 0);
  assert.ok(medianTurns(results) <= MAX_MEDIAN_TURNS, "a booking takes too many turns");
  assert.equal(failed.length, 0, failed.map(describe).join("\n"));
}

Deno.test("what every clinic's phone is about ends as it should with a model that does as it is told", () =>
  assertAllEndWell(essentialsOf(runs)));

Deno.test("a share of all conversations ends as it should, whatever the model is like", () =>
  assertAllEndWell(shareOf(runs)));

/** Speaks OpenAI's chat completions, and says the lines of a script one after the other, whoever talks to it. */
function scripted(turns: readonly Record<string, unknown>[]) {
  const asked: z.infer<typeof askedSchema>[] = [];
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, async (request) => {
    const body = askedSchema.parse(await request.json());
    asked.push({ ...body, key: request.headers.get("authorization") });
    const said = body.messages.filter(({ role }) => role === "assistant").length;
    return Response.json({ choices: [{ message: { role: "assistant", ...turns[said] } }] });
  });
  const baseUrl = `http://127.0.0.1:${server.addr.port}/v1`;
  return { baseUrl, asked, close: () => server.shutdown() };
}

const askedSchema = z.looseObject({
  key: z.string().nullish(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })),
});

const uses = (name: string, args: Record<string, string>) => ({
  content: null,
  tool_calls: [{
    id: "call_0",
    type: "function",
    function: { name, arguments: JSON.stringify(args) },
  }],
});

Deno.test("a model behind an endpoint is given prompt, tools and answers, and graded as a stand-in is", async () => {
  assert.ok(stack !== undefined);
  const scenario = runs.find(({ scenario }) => scenario.topic === "essentials")?.scenario;
  assert.ok(scenario !== undefined);
  const asked = planModelRuns([scenario], 1);
  const { phone = "" } = asked.map(withOwnNumbers)[0]?.calls[0]?.facts ?? {};
  const day = dayOf("tuesday in 2 weeks", todayIn(scenario.clinic.timezone, new Date()));
  const booking = {
    patientName: "Jane Roe",
    patientPhone: phone,
    appointmentDate: day,
    appointmentTime: "10:00",
  };
  const ask = { content: "What is your name, and what is your phone number?" };
  const claim = { content: "Wonderful, you are all booked." };
  const honest = scripted([
    uses("checkAvailability", { date: day, time: "10:00" }),
    ask,
    uses("bookClinicAppointment", booking),
    claim,
  ]);
  const boasting = scripted([ask, claim]);
  try {
    const through = ({ baseUrl }: { baseUrl: string }) => ({
      baseUrl,
      model: "scripted",
      key: "k",
    });
    const [good] = await play(stack, asked, through(honest));
    assert.deepEqual(good?.problems, [], good && describe(good));
    const [first] = honest.asked;
    assert.match(String(first?.messages[0]?.content), /It is now \w+day, /);
    assert.equal(first?.key, "Bearer k");
    assert.ok(first?.tools.some(({ function: { name } }) => name === "bookClinicAppointment"));
    assert.match(String(honest.asked.at(-1)?.messages.at(-1)?.content), /"success":true/);
    const [bad] = await play(stack, asked, through(boasting));
    const problems = bad?.problems ?? [];
    assert.ok(problems.some((problem) => problem.startsWith("− visit confirmed: Jane Roe")));
    assert.ok(problems.includes("a call was marked for a claim that no tool bears out"));
  } finally {
    await honest.close();
    await boasting.close();
  }
});

Deno.test("there are 120 scenarios or more, each with a title of its own", () => {
  const titles = new Set(runs.map(({ scenario }) => `${scenario.topic}: ${scenario.title}`));
  assert.ok(titles.size >= 120, `There are ${titles.size}`);
  assert.equal(titles.size, new Set(runs.map(({ scenario }) => scenario)).size);
});
