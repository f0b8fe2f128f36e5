import assert from "node:assert/strict";
import { z } from "zod";
import type { JsonObject } from "../json.ts";
import { tool as rescheduling } from "./appointment-reschedule.ts";
import { tool as booking } from "./book-clinic-appointment.ts";
import { tool as confirmation } from "./booking-send-confirmation.ts";
import { tool as verify } from "./booking-verify-otp.ts";
import { defineTool, type Kind, type ToolDefinition } from "./define.ts";
import { jsonKind, text, textKind, time } from "./fields.ts";
import { askForEverything, readArguments } from "./read_arguments.ts";
import { ask, NOTHING, read, type ReadingContext } from "./reading.ts";

const GIVEN = {
  patientName: "Test Patient",
  patientPhone: "+15551230001",
  appointmentDate: "2026-11-24",
  appointmentTime: "14:00",
};

/** A call to a clinic in London, and how often its settings were asked for. */
function callToLondon() {
  const call = {
    asked: 0,
    now: new Date("2026-11-23T23:30:00Z"),
    call: { customerNumber: "+447700900001" },
    org: () => {
      call.asked++;
      return Promise.resolve({
        orgId: "org-1",
        name: "Example Clinic",
        timezone: "Europe/London",
        country: "GB",
        language: "en-GB",
        openings: [],
        horizonDays: 180,
      });
    },
  };
  return call;
}

async function valuesOf(tool: ToolDefinition, given: JsonObject, call = callToLondon()) {
  return (await readArguments(tool, given, call)).values;
}

Deno.test("readArguments() takes what is required and leaves the rest out", async () => {
  const call = callToLondon();
  assert.deepEqual(await valuesOf(booking, GIVEN, call), GIVEN);
  assert.equal(call.asked, 0, "what means the same everywhere needs no clinic");
});

Deno.test("readArguments() reads in the clinic's zone and country", async () => {
  const said = { patientPhone: "020 7946 0958", appointmentDate: "tomorrow" };
  assert.deepEqual(await valuesOf(booking, { ...GIVEN, ...said }), {
    ...GIVEN,
    patientPhone: "+442079460958",
  });
});

Deno.test("readArguments() forgives null, blank and unknown fields, and numbers for texts", async () => {
  const given = { ...GIVEN, patientEmail: "", notes: null, mood: "good", appointmentTime: 14 };
  assert.deepEqual(await valuesOf(booking, given), GIVEN);
  assert.deepEqual(await valuesOf(verify, { code: 123456 }), { code: "123456" });
  assert.deepEqual(await valuesOf(confirmation, { again: "true" }), { again: true });
  assert.deepEqual(await valuesOf(confirmation, { again: false }), { again: false });
});

Deno.test("readArguments() asks for everything that is missing, in one sentence", async () => {
  const call = callToLondon();
  await assert.rejects(
    readArguments(booking, { patientName: "Test Patient", appointmentTime: "14:00" }, call),
    {
      code: "question",
      message: "I need the patient's phone number, with area code; and the date as day and month.",
    },
  );
  assert.equal(call.asked, 1, "for the language alone");
});

Deno.test("readArguments() asks about a field that can't be used: too long, of another type, or not understood", async () => {
  const asked: [given: JsonObject, question: string][] = [
    [{ notes: "a".repeat(501) }, "I need a shorter note, in fewer words."],
    [{ patientName: ["Test", "Patient"] }, "I need the patient's full name."],
    [{ patientName: { first: "Test" } }, "I need the patient's full name."],
    [{ patientName: "{{patientName}}" }, "I need the patient's full name."],
    [{ patientName: "202 555" }, "I need the patient's full name."],
    [{ appointmentTime: "3 o'clock" }, "Is that 3 o'clock in the morning or in the afternoon?"],
  ];
  for (const [given, message] of asked) {
    await assert.rejects(valuesOf(booking, { ...GIVEN, ...given }), { code: "question", message });
  }
});

Deno.test("readArguments() takes a list of one, an empty one, and names and wrappings of the model's own", async () => {
  const given: [JsonObject, JsonObject?][] = [
    [{ ...GIVEN, patientName: [GIVEN.patientName], service: [], provider: {}, notes: false }],
    [{ arguments: GIVEN }],
    [{ input: JSON.stringify(GIVEN) }],
    [{ name: "Test Patient", phoneNumber: "+15551230001", date: "2026-11-24", time: "14:00" }],
    [{
      patient_name: "Test Patient",
      PatientPhone: "+15551230001",
      appointment_date: "2026-11-24",
      "Appointment Time": "14:00",
    }],
    [{ ...GIVEN, patientName: "\u200fTest Patient 🙂" }],
    [{ ...GIVEN, patientEmail: ["jane.roe@example.com"] }, {
      patientEmail: "jane.roe@example.com",
    }],
  ];
  for (const [args, also] of given) {
    assert.deepEqual(await valuesOf(booking, args), { ...GIVEN, ...also });
  }
});

Deno.test("readArguments() takes no other name for a field where two could be meant", async () => {
  const { appointmentDate, ...rest } = GIVEN;
  const two = { ...rest, date: appointmentDate, day: "2026-11-25" };
  await assert.rejects(valuesOf(booking, two), { message: "I need the date as day and month." });
  await assert.rejects(valuesOf(rescheduling, { date: "2026-11-24", time: "14:00" }), {
    message: /^I need the /,
  });
});

Deno.test("readArguments() lets no e-mail address of any type or length stop a booking", async () => {
  for (const patientEmail of [{ at: "example.com" }, ["a", "b"], "a".repeat(501), 7]) {
    const { values, remarks } = await readArguments(
      booking,
      { ...GIVEN, patientEmail },
      callToLondon(),
    );
    assert.deepEqual(values, GIVEN);
    assert.match(remarks.join(), /^I couldn't take down the e-mail address/);
  }
});

Deno.test("askForEverything() names all that the tool requires, in the call's language", async () => {
  assert.equal(
    await askForEverything(verify, callToLondon()),
    "I couldn't read the details. I need the six digits of the code in the text message.",
  );
  assert.equal(
    await askForEverything(confirmation, callToLondon()),
    "I couldn't read the details. Please tell me again what you need.",
  );
  const settings = { ...await callToLondon().org(), language: "es" };
  assert.equal(
    await askForEverything(verify, { org: () => Promise.resolve(settings) }),
    "No he podido leer los datos. Necesito las seis cifras del código del mensaje.",
  );
  assert.match(
    await askForEverything(verify, { org: () => Promise.reject(new Error("No such clinic")) }),
    /^I couldn't/,
  );
});

/** A kind whose reader tells everything that a reader can. */
const dayAndTime: Kind<string> = {
  ...textKind,
  plain: () => null,
  read(said) {
    const [day = "", at] = said.split(" at ");
    if (day === "none") return NOTHING;
    return day === "?" ? ask("Which day?") : read(day, at === undefined ? undefined : { time: at });
  },
};

const named = { name: "visit", slug: "visit", description: "Visits." };

const visit = defineTool({
  ...named,
  args: {
    day: { ...text("the day", "Day."), kind: dayAndTime, fills: { time: "at" } },
    at: time,
    other: { ...text("the other day", "Other day."), kind: dayAndTime, optional: true },
  },
});

Deno.test("readArguments() fills a required field from another that told it too", async () => {
  const both = { day: "Monday", at: "14:00" };
  assert.deepEqual(await valuesOf(visit, { day: "Monday at 14:00" }), both);
  assert.deepEqual(await valuesOf(visit, { day: "Monday at 14:00", at: "2 pm" }), both);
  await assert.rejects(valuesOf(visit, { day: "Monday" }), { message: "I need the time of day." });
});

Deno.test("readArguments() asks at once for all that no field told, before it asks what was meant", async () => {
  const given: JsonObject = { appointmentDate: "2026-11-24" };
  await assert.rejects(valuesOf(booking, given), {
    message: "I need the patient's full name; the patient's phone number, with area code; " +
      "and the time of day.",
  });
  // The day's answer may tell the time as well.
  await assert.rejects(valuesOf(visit, { day: "?" }), { message: "Which day?" });
  await assert.rejects(valuesOf(visit, { day: "?", at: "14:00" }), { message: "Which day?" });
});

Deno.test("readArguments() asks where two fields disagree, and takes nothing from a field that fills none", async () => {
  await assert.rejects(valuesOf(visit, { day: "Monday at 14:00", at: "15:00" }), {
    message:
      "I heard two times, 3 o'clock in the afternoon and 2 o'clock in the afternoon. Which one is right?",
  });
  assert.deepEqual(
    await valuesOf(visit, { day: "Monday", at: "15:00", other: "Friday at 16:00" }),
    {
      day: "Monday",
      at: "15:00",
      other: "Friday",
    },
  );
});

Deno.test("readArguments() leaves out what a reader calls nothing, and asks if it is required", async () => {
  assert.deepEqual(await valuesOf(visit, { day: "Monday", at: "15:00", other: "none" }), {
    day: "Monday",
    at: "15:00",
  });
  await assert.rejects(valuesOf(visit, { day: "none", at: "15:00" }), {
    message: "I need the day.",
  });
});

Deno.test("readArguments() goes on without an e-mail address that can't be read, and remarks on it", async () => {
  assert.deepEqual(
    await readArguments(booking, { ...GIVEN, patientEmail: "test at example" }, callToLondon()),
    {
      values: GIVEN,
      remarks: [
        "I couldn't take down the e-mail address. Could you spell it, or shall we do without?",
      ],
    },
  );
});

Deno.test("readArguments() gives a reader the clinic, the caller and the time, once it is needed", async () => {
  const seen: ReadingContext[] = [];
  const curious: Kind<string> = {
    ...textKind,
    plain: (said) => said === "anywhere" ? read(said) : null,
    read(said, context) {
      seen.push(context);
      return read(said);
    },
  };
  const tool = defineTool({
    ...named,
    args: { word: { kind: curious, ask: "a word", description: "A word." } },
  });
  const call = callToLondon();
  await valuesOf(tool, { word: "here" }, call);
  assert.deepEqual(seen, [{
    now: call.now,
    timezone: "Europe/London",
    country: "GB",
    language: "en-GB",
    callerNumber: "+447700900001",
    openings: [],
    horizonDays: 180,
    told: {},
  }]);
  await valuesOf(tool, { word: "anywhere" }, call);
  assert.equal(call.asked, 1);
});

Deno.test("readArguments() holds JSON values to the schema of their kind", async () => {
  const choice = z.enum(["morning", "evening"]);
  const tool = defineTool({
    ...named,
    args: {
      part: { ...text("the part of the day", ""), kind: jsonKind(choice, "Morning or evening?") },
      days: {
        ...text("the days", ""),
        kind: jsonKind(z.array(z.int()).max(2), "Which days?"),
        optional: true,
      },
    },
  });
  assert.deepEqual(await valuesOf(tool, { part: "morning", days: [1, 2] }), {
    part: "morning",
    days: [1, 2],
  });
  await assert.rejects(valuesOf(tool, { part: "noon" }), { message: "Morning or evening?" });
  await assert.rejects(valuesOf(tool, { part: "morning", days: [1, 2, 3] }), {
    message: "I need the days.",
  });
});

Deno.test("defineTool() refuses a field that fills one which isn't there", () => {
  assert.throws(
    () => defineTool({ ...named, args: { day: { ...time, fills: { time: "hour" } } } }),
    /"day" fills "hour", which it lacks/,
  );
});
