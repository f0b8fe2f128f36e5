import assert from "node:assert/strict";
import { askForEverything, parseArguments } from "./arguments.ts";
import { tool as booking } from "./book-clinic-appointment.ts";
import { tool as verify } from "./booking-verify-otp.ts";
import { tool as confirmation } from "./booking-send-confirmation.ts";

const GIVEN = {
  patientName: "Test Patient",
  patientPhone: "+15551230001",
  appointmentDate: "2026-11-24",
  appointmentTime: "14:00",
};

Deno.test("parseArguments() takes what is required and leaves the rest out", () => {
  assert.deepEqual(parseArguments(booking, GIVEN), GIVEN);
});

Deno.test("parseArguments() forgives null, blank and unknown fields, and numbers for texts", () => {
  const given = { ...GIVEN, patientEmail: "", notes: null, mood: "good", appointmentTime: 14 };
  assert.deepEqual(parseArguments(booking, given), { ...GIVEN, appointmentTime: "14" });
  assert.deepEqual(parseArguments(verify, { code: 123456 }), { code: "123456" });
  assert.deepEqual(parseArguments(confirmation, { again: "true" }), { again: true });
});

Deno.test("parseArguments() asks for everything that is missing, in one sentence", () => {
  assert.throws(
    () => parseArguments(booking, { patientName: "Test Patient", appointmentTime: "14:00" }),
    {
      message: "I need the patient's phone number, with area code; and the date as day and month.",
    },
  );
});

Deno.test("parseArguments() asks once for a field with several problems", () => {
  assert.throws(
    () => parseArguments(booking, { ...GIVEN, patientEmail: "test at example" }),
    { message: "I need the e-mail address in full, or none at all." },
  );
});

Deno.test("askForEverything() names all that the tool requires", () => {
  assert.equal(
    askForEverything(verify),
    "I couldn't read the details. I need the six digits of the code in the text message.",
  );
  assert.equal(
    askForEverything(confirmation),
    "I couldn't read the details. Please tell me again what you need.",
  );
});
