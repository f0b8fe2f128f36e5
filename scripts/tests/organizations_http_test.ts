/** Organizations, over HTTP: neither an assistant nor a member of one clinic reaches anything of another's. */
import assert from "node:assert/strict";
import type { JsonObject, JsonValue } from "../../shared/json.ts";
import { share } from "./support/amount.ts";
import { type Answer, type CallOptions, type Clinic, clinics } from "./support/clinic.ts";
import { SECRET_WORDS, THEIRS, victim } from "./support/victim.ts";
import { unwoken } from "./support/unwoken.ts";
import { World } from "./support/world.ts";

const world = clinics();
const people = () => new World(world.stack);
const testQuiet = unwoken(world);

/** Tools that an unknown caller may use. */
const OPEN_TO_ALL = [
  "checkAvailability",
  "reserveSlot",
  "bookClinicAppointment",
  "reserveAppointment",
];

const OURS = { patientName: "Ordinary Caller", patientPhone: "+15557200461" };

/** A clinic of our own, with an assistant, from which the others are attacked. */
async function attacker(): Promise<{ clinic: Clinic; assistantId: string }> {
  const clinic = await world.open({ name: "Our Clinic" });
  const assistantId = crypto.randomUUID();
  await world.stack.sql`
    insert into agents (org_id, name, role, system_prompt, assistant_id)
    values (${clinic.id}, 'Desk', 'inbound', 'Our prompt', ${assistantId})`;
  return { clinic, assistantId };
}

function assertTellsNothing({ status, text }: Pick<Answer, "status" | "text">, what: string): void {
  assert.equal(status, 200, what);
  assert.ok(!SECRET_WORDS.test(text), `${what}: ${text}`);
  // A fault would mean that only a constraint stood in the way.
  assert.ok(!text.includes("Something went wrong"), what);
}

testQuiet(
  "an assistant of one clinic reaches nothing of another's by naming it in the arguments",
  async (test) => {
    const them = await victim(world, people());
    const us = await attacker();
    const before = await them.belongings();
    const day = us.clinic.day();
    let slots = 0;
    /** Another free time of ours for every attempt: one that is already booked would hide what the attempt does. */
    const free = () => ({
      appointmentDate: us.clinic.day(1 + slots % 5, 1 + Math.floor(slots++ / 5)),
      appointmentTime: "14:00",
    });
    const same = { appointmentDate: day, appointmentTime: "09:00" };
    const ids = [them.appointmentId, them.holdId, them.reservationId, them.clinic.id, them.agentId];

    const attempts = (): [tool: string, args: JsonObject][] => [
      ["checkAvailability", { date: day, org_id: them.clinic.id, orgId: them.clinic.id }],
      ["bookClinicAppointment", { ...OURS, ...free(), metadata: { org_id: them.clinic.id } }],
      ["bookClinicAppointment", {
        ...OURS,
        ...same,
        customer: { metadata: { org_id: them.clinic.id } },
      }],
      ["reserveSlot", { date: day, time: "10:00", call: { assistantId: them.assistantId } }],
      ["sendSms", { message: "Hello.", phone: THEIRS.patientPhone }],
      ["verifyBookingCode", { code: them.code }],
      ["cancelAppointment", { phone: THEIRS.patientPhone }],
      ["cancelAppointment", { phone: THEIRS.patientPhone, code: them.code }],
      ["rescheduleAppointment", { phone: THEIRS.patientPhone, newDate: day, newTime: "15:00" }],
      ["rescheduleAppointment", {
        phone: THEIRS.patientPhone,
        code: them.code,
        newDate: day,
        newTime: "15:00",
      }],
      ...ids.flatMap((id): [string, JsonObject][] => [
        ["bookClinicAppointment", { ...OURS, ...free(), holdId: id }],
        ["reserveAppointment", { ...OURS, ...free(), holdId: id }],
        ["verifyBookingCode", { code: them.code, holdId: id }],
        ["sendBookingConfirmation", { appointmentId: id, again: true }],
        ["cancelAppointment", { appointmentId: id }],
        ["cancelAppointment", { appointmentId: id, phone: THEIRS.patientPhone, code: them.code }],
        ["rescheduleAppointment", { appointmentId: id, newDate: day, newTime: "15:00" }],
      ]),
    ];
    /** Every way in which our call may look like theirs, other than naming their clinic. */
    const disguises: [string, CallOptions][] = [
      ["as ourselves", {}],
      ["in their call", { callId: them.callId }],
      ["from their patient's number", { number: THEIRS.patientPhone }],
      ["in their call, from their patient's number", {
        callId: them.callId,
        number: THEIRS.patientPhone,
      }],
      ["repeating their call's id", { callId: them.callId, toolCallId: "theirs" }],
    ];
    for (const [turn, [disguise, options]] of disguises.entries()) {
      await test.step(disguise, async () => {
        const all = [...attempts().entries()];
        // Everything is tried without a disguise, and with all disguises at once; with a part of them, some in turn.
        const isWhole = turn === 0 || options.callId && options.number;
        for (const [index, [tool, args]] of isWhole ? all : share(all, 4, turn)) {
          const what = `${tool} ${JSON.stringify(args)}`;
          const call = {
            metadataOrgId: null,
            assistantId: us.assistantId,
            ...options,
            ...(options.toolCallId && index > 0 && { toolCallId: `theirs-${index}` }),
          };
          const answer = await us.clinic.call(tool, args, call);
          assertTellsNothing(answer, what);
          // In their call or from their number we are a different caller, who may have what is ours.
          if (disguise === "as ourselves" && !OPEN_TO_ALL.includes(tool)) {
            assert.equal(answer.result.success, false, `${what}: ${answer.text}`);
          }
          if (options.toolCallId) {
            assert.equal((await us.clinic.call(tool, args, call)).text, answer.text, what);
          }
        }
        assert.deepEqual(await them.belongings(), before);
        assert.equal(await them.answerAgain(), them.answer);
      });
    }
    await test.step("and all that we wrote is ours", async () => {
      const rows = await world.stack.sql`
      select from appointments join contacts on contacts.id = contact_id
      where appointments.org_id <> contacts.org_id`;
      assert.equal(rows.length, 0);
    });
  },
);

testQuiet(
  "a call that names another clinic anywhere beside the arguments is refused",
  async (test) => {
    const them = await victim(world, people());
    const us = await attacker();
    const before = await them.belongings();
    const theirs = { metadata: { org_id: them.clinic.id } };
    const places: [string, (body: JsonObject, message: JsonObject, call: JsonObject) => void][] = [
      ["message.customer", (_, message) => message.customer = theirs],
      ["message.call.customer", (_, __, call) => call.customer = theirs],
      ["message.metadata", (_, message) => Object.assign(message, theirs)],
      ["message.call.metadata", (_, __, call) => Object.assign(call, theirs)],
      ["message.assistant", (_, message) => message.assistant = theirs],
      ["message.call.assistant", (_, __, call) => call.assistant = theirs],
      ["message.call.assistantOverrides", (_, __, call) => call.assistantOverrides = theirs],
      ["message.assistantOverrides", (_, message) => message.assistantOverrides = theirs],
      ["message.chat", (_, message) => message.chat = theirs],
      ["message.chat.customer", (_, message) => message.chat = { customer: theirs }],
      ["customer", (body) => body.customer = theirs],
      ["metadata", (body) => Object.assign(body, theirs)],
      ["call.customer", (body) => body.call = { customer: theirs }],
      ["message.call.phoneNumberId", (_, __, call) => call.phoneNumberId = them.phoneNumberId],
      ["message.phoneNumber", (_, message) => message.phoneNumber = { id: them.phoneNumberId }],
      [
        "in capitals",
        (_, message) => message.customer = { metadata: { org_id: them.clinic.id.toUpperCase() } },
      ],
      [
        "beside our own",
        (_, message) =>
          Object.assign(message, { customer: { metadata: { org_id: us.clinic.id } }, ...theirs }),
      ],
    ];
    const args = { ...OURS, appointmentDate: us.clinic.day(), appointmentTime: "09:00" };
    for (const [place, put] of places) {
      await test.step(place, async () => {
        for (const slug of ["bookClinicAppointment", "vapi-webhook"]) {
          const call: JsonObject = { id: crypto.randomUUID(), assistantId: us.assistantId };
          const message: JsonObject = {
            type: "tool-calls",
            toolCallList: [{
              id: crypto.randomUUID(),
              function: { name: "bookClinicAppointment", arguments: args },
            }],
            call,
          };
          const body: JsonObject = { message };
          put(body, message, call);
          const response = await us.clinic.post(slug, body);
          const text = await response.text();
          assertTellsNothing({ status: response.status, text }, place);
          assert.match(text, /I can't tell which clinic this call is for/);
        }
        assert.deepEqual(await us.clinic.states(), []);
      });
    }
    assert.deepEqual(await them.belongings(), before);
  },
);

testQuiet("events of our calls change nothing of theirs, whatever they name", async () => {
  const them = await victim(world, people());
  const us = await attacker();
  const before = await them.belongings();
  const calls: JsonValue[] = [
    { id: them.callId, assistantId: us.assistantId },
    { id: them.callId, assistantId: us.assistantId, phoneNumberId: them.phoneNumberId },
    {
      id: them.callId,
      assistantId: us.assistantId,
      customer: { metadata: { org_id: them.clinic.id } },
    },
    { id: them.callId, assistantId: crypto.randomUUID() },
  ];
  for (const call of calls) {
    for (const type of ["status-update", "end-of-call-report", "transcript"]) {
      const message = { type, status: "ended", endedReason: "hijacked", cost: 99, call };
      const response = await us.clinic.post("vapi-webhook", { message });
      assert.deepEqual([response.status, await response.json()], [200, {}]);
    }
  }
  assert.deepEqual(await them.belongings(), before);
});

testQuiet(
  "a member of one clinic saves nothing into another, and learns nothing of it",
  async (test) => {
    const them = await victim(world, people());
    const before = await them.belongings();
    const us = await people().org({ name: "Our Clinic" });
    const ourAgent = (await people().save(us)).body.agentId;

    const attempts: [string, JsonObject, number][] = [
      ["into their clinic", { orgId: them.clinic.id }, 403],
      ["over their agent", { orgId: them.clinic.id, agentId: them.agentId, version: 1 }, 403],
      ["over their agent, as if it were ours", { agentId: them.agentId, version: 1 }, 404],
      ["over their agent, in our clinic", { orgId: us.id, agentId: them.agentId }, 404],
      ["our agent into their clinic", { orgId: them.clinic.id, agentId: ourAgent }, 403],
      ["into a clinic that does not exist", { orgId: crypto.randomUUID() }, 403],
    ];
    for (const [what, agent, expected] of attempts) {
      await test.step(what, async () => {
        const { status, body } = await people().save(us, { name: "Taken over", ...agent });
        assert.equal(status, expected);
        assert.ok(!SECRET_WORDS.test(JSON.stringify(body)));
      });
    }
    await test.step("nobody can tell a clinic that exists from one that doesn't", async () => {
      const messages = await Promise.all(
        [them.clinic.id, crypto.randomUUID()].map(async (orgId) =>
          (await people().save(us, { name: "Taken over", orgId })).body.error?.message
        ),
      );
      assert.equal(messages[0], messages[1]);
    });
    assert.deepEqual(await them.belongings(), before);
  },
);

testQuiet(
  "the Data API tells a member nothing of another clinic, by whatever way round it is asked",
  async () => {
    const them = await victim(world, people());
    const us = await people().org({ name: "Our Clinic" });
    const ask = async (path: string) => {
      const response = await fetch(`${world.stack.apiUrl}/rest/v1/${path}`, {
        headers: { apikey: world.stack.publishableKey, authorization: `Bearer ${us.accessToken}` },
      });
      return await response.text();
    };
    const theirs = `eq.${them.clinic.id}`;
    for (
      const path of [
        `organizations?select=*,agents(*),contacts(*),appointments(*,services(*),calendars(*))`,
        `appointments?select=*,contacts(name,phone,email),sms_messages(id,org_id)&org_id=${theirs}`,
        `contacts?phone=eq.${encodeURIComponent(THEIRS.patientPhone)}`,
        `contacts?or=(org_id.${theirs},name.ilike.*quill*)`,
        `agents?select=system_prompt,organizations!inner(name)&organizations.name=eq.Their Clinic`,
        `call_outcomes?org_id=${theirs}`,
        `agent_sync_status?agent_id=eq.${them.agentId}`,
        `members?select=*,organizations(*)`,
        `sms_opt_outs?select=*`,
        `jobs?select=id,key,last_error&org_id=${theirs}`,
      ]
    ) {
      const text = await ask(path);
      assert.ok(!SECRET_WORDS.test(text) && !text.includes(them.clinic.id), `${path}: ${text}`);
      assert.ok(!text.includes("7391846"), path);
    }
  },
);
