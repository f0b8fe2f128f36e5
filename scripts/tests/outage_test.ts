/** A database that is briefly away costs nobody a lease: running work ends with its first attempt, and once. */
import assert from "node:assert/strict";
import { bookWithCode } from "../proof/crash_points/book.ts";
import { crashDatabase, startServer } from "../proof/crash_database.ts";
import type { Verdict } from "../proof/edge/verdict.ts";
import { Platform } from "../proof/platform.ts";
import { isLong } from "./support/amount.ts";

const SEND = "POST /2010-04-01/Accounts/:id/Messages.json";
const agent = { name: "Front desk", systemPrompt: "You answer the phone of a clinic." };

/** How the latest job with this key prefix ended: its status, and how many workers took it. */
async function latestJob(platform: Platform, key: string): Promise<string> {
  const [job] = await platform.withSql((sql) =>
    sql`select status, claims from jobs where key like ${`${key}%`} order by created_at desc, id limit 1`
  );
  return `${job?.status}, ${job?.claims} claims`;
}

/** Crashes the database while the first such request is on its way, which then goes through. */
async function crashDuring(
  platform: Platform,
  crash: () => Promise<void>,
  request: string,
  act: () => Promise<unknown>,
): Promise<void> {
  const onItsWay = Promise.withResolvers<void>();
  const away = Promise.withResolvers<void>();
  platform.edge.decide = async ({ name }): Promise<Verdict> => {
    if (name === request) {
      onItsWay.resolve();
      await away.promise;
    }
    return "pass";
  };
  try {
    await act();
    await onItsWay.promise;
    const recovered = crash();
    away.resolve();
    await recovered;
  } finally {
    away.resolve();
    platform.edge.decide = () => "pass";
  }
  await platform.edge.idle();
}

/** A caller asks for a code. */
async function askForCode(platform: Platform) {
  const { caller, date, time } = await bookWithCode.prepare(platform);
  await caller.call("reserveAppointment", {
    appointmentDate: date,
    appointmentTime: time,
    patientName: "Test Patient",
    patientPhone: caller.phone,
  });
  return caller;
}

Deno.test("outage", async (t) => {
  const server = await startServer();
  const platform = await Platform.start({
    postgresUrl: server.url,
    // Waits last as long as they do: the database needs a second or two to recover.
    timesFaster: 1,
  });
  const crash = () => crashDatabase(platform, server);
  try {
    const clinic = await platform.clinic("Clinic");
    const agentId = await platform.save(clinic, agent);
    await platform.quiet();

    await t.step(
      "a code at Twilio when the database crashes is recorded, and sent once",
      async () => {
        let phone = "";
        await crashDuring(platform, crash, SEND, async () => {
          phone = (await askForCode(platform)).phone;
        });
        assert.equal(await latestJob(platform, "sms:"), "succeeded, 1 claims");
        assert.equal(platform.stack.integrations.twilio.textsTo(phone).length, 1);
      },
    );

    // `deno task proof chaos` crashes it in the middle of all kinds of work.
    if (isLong) {
      await t.step(
        "an assistant at Vapi when the database crashes is recorded as linked",
        async () => {
          await crashDuring(
            platform,
            crash,
            "PATCH /assistant/:id",
            () => platform.save(clinic, { ...agent, agentId, systemPrompt: "You are friendly." }),
          );
          assert.equal(await latestJob(platform, "agent:"), "succeeded, 1 claims");
        },
      );
    }

    for (const rpc of ["claim_outbox_jobs", "begin_sms", "complete_sms"]) {
      await t.step(`a lost answer of ${rpc} keeps no job waiting for its lease`, async () => {
        let isLost = false;
        platform.edge.decide = ({ name }) => {
          if (name !== `rpc ${rpc}` || isLost) return "pass";
          isLost = true;
          return "cut-after";
        };
        const caller = await askForCode(platform);
        await platform.idle();
        platform.edge.decide = () => "pass";
        assert.ok(isLost);
        assert.equal(await latestJob(platform, "sms:"), "succeeded, 1 claims");
        assert.equal(platform.stack.integrations.twilio.textsTo(caller.phone).length, 1);
      });
    }
  } finally {
    await platform.close();
    await server.close();
  }
});
