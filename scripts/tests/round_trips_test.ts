/** What a save, a booking's text message and a new release cost in round trips: to the database and to other services. */
import assert from "node:assert/strict";
import { bookWithCode } from "../proof/crash_points/book.ts";
import { Platform } from "../proof/platform.ts";

/** Does something on a platform at rest, and counts each kind of request that the functions make until it is at rest again. */
async function requestsOf(
  platform: Platform,
  act: () => Promise<unknown>,
): Promise<Record<string, number>> {
  await platform.idle();
  const counts: Record<string, number> = {};
  platform.edge.decide = ({ slug, name }) => {
    // Measurements are written in the background, and nobody waits for them.
    if (name === "rpc record_measurements") return "pass";
    const kind = `${slug}: ${name}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
    return "pass";
  };
  await act();
  await platform.idle();
  platform.edge.decide = () => "pass";
  return counts;
}

const agent = { name: "Front desk", systemPrompt: "You answer the phone of a clinic." };

Deno.test("round trips", async (t) => {
  const platform = await Platform.start();
  try {
    const clinic = await platform.clinic("Clinic");
    const agentId = await platform.save(clinic, agent);
    await platform.quiet();

    await t.step("a save costs four rpcs, two of them claims, and one GET and PATCH", async () => {
      const requests = await requestsOf(
        platform,
        () => platform.save(clinic, { ...agent, agentId, systemPrompt: "You are friendly." }),
      );
      assert.deepEqual(requests, {
        "agent-save: rpc save_agent": 1,
        "tool-sync: rpc claim_sync_jobs": 2,
        "tool-sync: GET /assistant/:id": 1,
        "tool-sync: PATCH /assistant/:id": 1,
        "tool-sync: rpc complete_agent_syncs": 1,
      });
    });

    await t.step("a release that changes a tool of one agent costs four claims", async () => {
      const [name] = [...(await platform.world.currentTools()).keys()];
      platform.deploy({ descriptions: { [name ?? ""]: "A new description" } });
      const requests = await requestsOf(
        platform,
        () => platform.stack.cron.run("catalogue-check"),
      );
      assert.equal(requests["tool-sync: DELETE /tool/:id"], 1);
      assert.ok((requests["tool-sync: rpc claim_sync_jobs"] ?? 0) <= 4, JSON.stringify(requests));
    });

    await t.step("each of a booking's text messages costs two claims", async () => {
      const visit = await bookWithCode.prepare(platform);
      const requests = await requestsOf(platform, () =>
        visit.caller.call("reserveAppointment", {
          appointmentDate: visit.date,
          appointmentTime: visit.time,
          patientName: "Test Patient",
          patientPhone: visit.caller.phone,
        }));
      assert.deepEqual(
        Object.fromEntries(
          Object.entries(requests).filter(([kind]) => kind.startsWith("outbox: ")),
        ),
        {
          "outbox: rpc claim_outbox_jobs": 2,
          "outbox: rpc begin_sms": 1,
          "outbox: POST /2010-04-01/Accounts/:id/Messages.json": 1,
          "outbox: rpc complete_sms": 1,
        },
      );
    });
  } finally {
    await platform.close();
  }
});
