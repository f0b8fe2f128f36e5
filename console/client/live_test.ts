/** Following an organization over the stand-in's websocket, with our client and with supabase-js's own. */
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { clinics } from "../../scripts/tests/support/clinic.ts";
import { eventually } from "../../scripts/tests/support/eventually.ts";
import { Person } from "../../scripts/tests/support/person.ts";
import * as api from "./mod.ts";

const stacks = clinics();

async function owner() {
  const person = await Person.signUp(stacks.stack);
  const client = await person.client({ reconnectMs: () => 50 });
  return {
    client,
    userId: person.userId,
    orgId: await person.founds(),
    token: person.accessToken,
  };
}

/** Somebody else's client, with somebody's token or none. */
function supabaseJs(token?: string) {
  const { apiUrl, publishableKey } = stacks.stack;
  return createClient(apiUrl, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    ...(token !== undefined && { accessToken: () => Promise.resolve(token) }),
  });
}

/** Follows an organization, and records the messages. */
function follow(client: api.Client, orgId: string, pollMs = { first: 5_000, longest: 5_000 }) {
  const heard = {
    modes: [] as string[],
    agents: [] as api.AgentChanged[],
    visits: [] as api.VisitChanged[],
    calls: [] as api.CallChanged[],
    /** How often everything had to be read again. */
    looks: 0,
  };
  const { close } = api.subscribe(client, orgId, {
    onMode: (mode) => heard.modes.push(mode),
    onAgents: (changed) => changed === null ? heard.looks++ : heard.agents.push(...changed),
    onVisits: (changed) => heard.visits.push(...changed ?? []),
    onCalls: (changed) => heard.calls.push(...changed ?? []),
  }, { pollMs });
  return {
    heard,
    until: (what: string, isTrue: () => boolean) => eventually(what, isTrue),
    stop: () => {
      close();
      client.live.disconnect();
    },
  };
}

Deno.test("a member of an organization is notified of syncs, visits and calls; another organization's owner is not", async () => {
  const { stack } = stacks;
  const [us, them] = [await owner(), await owner()];
  const [ours, theirs] = [follow(us.client, us.orgId), follow(them.client, them.orgId)];
  try {
    await ours.until("we are live", () => ours.heard.modes.at(-1) === "live");
    await theirs.until("they are live", () => theirs.heard.modes.at(-1) === "live");
    assert.equal(ours.heard.looks, 1, "what was there before is read once");

    const saved = await api.saveAgent(us.client, {
      orgId: us.orgId,
      role: "inbound",
      name: "Front desk",
      systemPrompt: "You answer the phone of a clinic.",
    });
    assert.ok(saved.outcome === "saved");
    const { agentId } = saved;
    await ours.until("the sync has ended", () => ours.heard.agents.at(-1)?.syncState === "synced");
    const states = ours.heard.agents.map(({ syncState }) => syncState);
    assert.deepEqual([...new Set(states)], ["pending", "syncing", "synced"]);
    assert.ok(ours.heard.agents.every((changed) => changed.agentId === agentId));

    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    const slots = await api.call(us.client, "find_slots", {
      p_org_id: us.orgId,
      p_from: day,
      p_until: new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10),
    });
    const booked = await api.call(us.client, "book_appointment", {
      p_org_id: us.orgId,
      p_date: slots[0]?.local_date ?? day,
      p_time: slots[0]?.local_time ?? "09:00",
      p_patient_name: "Test Patient",
      p_patient_phone: "+12125550142",
    });
    assert.ok(booked.success);
    const { appointmentId } = booked;
    await ours.until("the visit is told", () => ours.heard.visits.at(-1)?.state === "confirmed");
    assert.equal(ours.heard.visits.at(-1)?.appointmentId, appointmentId);

    await stack.sql`
      insert into calls (org_id, agent_id, vapi_call_id, status)
      values (${us.orgId}, ${agentId}, ${crypto.randomUUID()}, 'ringing')`;
    await ours.until("the call is told", () => ours.heard.calls.at(-1)?.status === "ringing");

    await api.call(us.client, "delete_agent", { p_agent_id: agentId });
    await ours.until("its end is told", () => ours.heard.agents.at(-1)?.syncState === "deleted");
    const { agents, visits, calls } = theirs.heard;
    assert.deepEqual([agents, visits, calls], [[], [], []]);
  } finally {
    ours.stop();
    theirs.stop();
  }
});

Deno.test("a person who is not a member of an organization is refused its channel, signed in or not", async () => {
  const [us, them] = [await owner(), await owner()];
  for (const client of [supabaseJs(them.token), supabaseJs()]) {
    await client.realtime.setAuth();
    const refused = Promise.withResolvers<string>();
    const channel = client.channel(`organization:${us.orgId}`, { config: { private: true } });
    channel.subscribe((status, error) => refused.resolve(`${status} ${error?.message}`));
    try {
      assert.match(await refused.promise, /^CHANNEL_ERROR Unauthorized: .* read from this Channel/);
    } finally {
      await client.removeChannel(channel);
      await client.realtime.disconnect();
    }
  }
  const refused = Promise.withResolvers<string>();
  const joined = await them.client.live.join(`organization:${us.orgId}`, {
    onMessage: () => {},
    onState: (isJoined, reason) => refused.resolve(`${isJoined} ${reason}`),
  });
  assert.match(await refused.promise, /^false .*Unauthorized: .* read from this Channel/);
  joined.leave();
  them.client.live.disconnect();
});

Deno.test("a public channel of the same name hears nothing of an organization", async () => {
  const { token, orgId } = await owner();
  const client = supabaseJs(token);
  const heard: unknown[] = [];
  const joined = Promise.withResolvers<string>();
  const channel = client.channel(`organization:${orgId}`);
  channel.on("broadcast", { event: "*" }, (message) => heard.push(message))
    .subscribe((status) => joined.resolve(status));
  try {
    assert.equal(await joined.promise, "SUBSCRIBED");
    const { sql } = stacks.stack;
    await sql`select realtime.send('{"told": "members"}', 'visits', ${`organization:${orgId}`}, true)`;
    await sql`select realtime.send('{"told": "all"}', 'visits', ${`organization:${orgId}`}, false)`;
    await eventually("the public message came", () => heard.length > 0);
    assert.partialDeepStrictEqual(heard, [{ event: "visits", payload: { told: "all" } }]);
    assert.equal(heard.length, 1);
  } finally {
    await client.removeChannel(channel);
    await client.realtime.disconnect();
  }
});

Deno.test("a channel that the service ended for its token is joined again with the session's", async () => {
  const { client, orgId } = await owner();
  const { heard, until, stop } = follow(client, orgId, { first: 20, longest: 40 });
  try {
    await until("it is live", () => heard.modes.at(-1) === "live");
    client.live.useToken("expired");
    await until("it is ended", () => heard.modes.includes("polling", 1));
    await until("it is live again", () => heard.modes.at(-1) === "live");
  } finally {
    stop();
  }
});

Deno.test("a lost connection is looked after by looking, and taken up again", async () => {
  const { client, orgId } = await owner();
  const { heard, until, stop } = follow(client, orgId, { first: 20, longest: 40 });
  try {
    await until("it is live", () => heard.modes.at(-1) === "live");
    const before = heard.looks;
    stacks.stack.realtime.disconnect();
    await until("it looks", () => heard.modes.length > 1);
    await until("it is live again", () => heard.modes.length > 2 && heard.modes.at(-1) === "live");
    assert.ok(heard.looks > before, "what was missed is read");
  } finally {
    stop();
  }
});

Deno.test("without Realtime the handlers are called from time to time, and saving goes on", async () => {
  const { sql } = stacks.stack;
  const { client, orgId } = await owner();
  await sql`alter function realtime.send rename to send_of_another_time`;
  try {
    const { heard, until, stop } = follow(client, crypto.randomUUID(), { first: 20, longest: 40 });
    await until("it looks again and again", () => heard.looks > 2);
    assert.deepEqual(heard.modes, ["polling"]);
    stop();
    const saved = await api.saveAgent(client, {
      orgId,
      role: "inbound",
      name: "Front desk",
      systemPrompt: "You answer the phone of a clinic.",
    });
    assert.equal(saved.outcome, "saved");
  } finally {
    await sql`alter function realtime.send_of_another_time rename to send`;
  }
});
