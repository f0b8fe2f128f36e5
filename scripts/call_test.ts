/** `deno task call`, as somebody at a terminal uses it, against a stack like the one that `dev` starts. */
import assert from "node:assert/strict";
import { z } from "zod";
import { connectServices } from "./demo/deliveries.ts";
import { seedAgent, seedOrganization } from "./local/seed.ts";
import { startStack } from "./local/stack.ts";
import { launchHere } from "./tests/support/launch_here.ts";

const WITHIN_MS = 120_000;

/** Runs the command with these lines typed. */
async function call(args: string[], lines: readonly string[] = [], env = {}) {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "scripts/call.ts", ...args],
    env: { SUPABASE_URL: "", PUBLISHABLE_KEY: "", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(WITHIN_MS),
  }).spawn();
  const writer = process.stdin.getWriter();
  // One that refuses to start reads nothing.
  await writer.write(new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")))
    .then(() => writer.close()).catch(() => {});
  const { code, stdout, stderr } = await process.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out ?? "", err: err ?? "" };
}

const happeningSchema = z.looseObject({
  kind: z.string(),
  callId: z.string().optional(),
  text: z.string().optional(),
  body: z.string().optional(),
  use: z.looseObject({ tool: z.string(), answer: z.json() }).optional(),
  differences: z.array(z.string()).optional(),
});
const happened = (out: string) =>
  out.trim().split("\n").map((line) => happeningSchema.parse(JSON.parse(line)));

Deno.test("call without a stack says what to start, and exits with 2", async () => {
  const nowhere = await call([]);
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.err, /Start one with deno task dev/);
  const gone = await call(["--url=http://127.0.0.1:9", "--key=sb_publishable_x"]);
  assert.equal(gone.code, 2);
  assert.match(
    gone.err,
    /No stack answers at http:\/\/127\.0\.0\.1:9\. Start one with deno task dev/,
  );
});

Deno.test("call", async (t) => {
  const stack = await startStack({ integrations: true, console: true, launch: launchHere });
  try {
    const seed = await seedOrganization(stack);
    await connectServices(stack, seed);
    const { assistantId } = await seedAgent(stack, seed);
    const env = { SUPABASE_URL: stack.apiUrl, PUBLISHABLE_KEY: stack.publishableKey };
    const visits = async () =>
      (await stack
        .sql`select patient_name from appointments where org_id = ${seed.org.id} and state = 'confirmed'`)
        .map((row) => String(row.patient_name));
    let callId = "";

    await t.step("books what the caller says, and shows requests, answers and texts", async () => {
      const lines = ["I would like an appointment", "1", "Jane Roe", "+1 202 555 0142", "yes"];
      const { code, out, err } = await call(["--json"], lines, env);
      const said = happened(out);
      assert.equal(code, 0, err + out);
      assert.deepEqual(await visits(), ["Jane Roe"]);
      const booking = said.findLast(({ use }) => use?.tool === "bookClinicAppointment")?.use;
      assert.partialDeepStrictEqual(booking, {
        status: 200,
        arguments: { patientName: "Jane Roe" },
        request: { body: { message: { type: "tool-calls" } } },
        answer: { success: true },
      });
      assert.match(
        said.find(({ kind }) => kind === "text")?.body ?? "",
        /appointment is confirmed/,
      );
      callId = said.at(-1)?.callId ?? "";
    });

    await t.step("repeats a call in a copy, and leaves the clinic alone", async () => {
      const { code, out, err } = await call(["--json", `--replay=${callId}`], [], env);
      assert.equal(code, 0, err + out);
      const done = happened(out);
      assert.deepEqual(done.at(-1)?.differences, []);
      assert.ok(done.some(({ use }) => use?.tool === "bookClinicAppointment"));
      assert.deepEqual(await visits(), ["Jane Roe"]);
      const [copies] = await stack.sql`
        select count(*)::integer as n from appointments where patient_name = 'Jane Roe' and org_id <> ${seed.org.id}`;
      assert.equal(copies?.n, 1);
    });

    await t.step("repeats what the console's Ring did", async () => {
      const response = await fetch(`${stack.apiUrl}/stack/v1/ring`, {
        method: "POST",
        headers: { apikey: stack.publishableKey },
        body: JSON.stringify({ assistantId }),
      });
      const steps = happened(await response.text());
      assert.partialDeepStrictEqual(steps.at(-1), { kind: "ended", booked: true });
      const { code, out, err } = await call([`--replay=${steps[0]?.callId}`], [], env);
      assert.equal(code, 0, err + out);
      assert.match(out, /\n2 tool calls repeated\n/);
    });

    await t.step("calls the tools that are chosen, and tells a wrong one", async () => {
      const lines = ["/checkAvailability date=tomorrow", "/noSuchTool", "/1 {", "/end", "ignored"];
      const { code, out } = await call([], lines, env);
      assert.equal(code, 0, out);
      assert.match(
        out,
        /→ checkAvailability {"date":"tomorrow"}\n {2}← 200 after \d+ ms {.*"success":true/,
      );
      assert.match(out, /There is no \/noSuchTool; \/tools lists/);
      assert.match(out, /Cannot read the arguments {:/);
      assert.doesNotMatch(out, /ignored/);
    });

    await t.step("says what can't be repeated: a call whose arguments nobody kept", async () => {
      const elsewhere = await stack.vapi.calls.callTool({
        assistantId: assistantId ?? "",
        callId: "call-elsewhere",
        toolName: "checkAvailability",
        arguments: { date: "tomorrow" },
      });
      assert.equal(elsewhere.status, 200);
      const { code, err } = await call(["--replay=call-elsewhere"], [], env);
      assert.equal(code, 1);
      assert.match(err, /never what they were given.*checkAvailability \(ok\)/);
    });

    await t.step("refuses a wrong key with 2", async () => {
      const { code, err } = await call(["--key=sb_publishable_wrong"], [], env);
      assert.equal(code, 2);
      assert.match(err, /does not take this publishable key/);
    });
  } finally {
    await stack.close();
  }
});
