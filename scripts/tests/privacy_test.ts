/** What callers hear and what is logged: nobody else's name, number or address, and never a code. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { type Answer, type CallOptions, clinics, SHAPES } from "./support/clinic.ts";

const world = clinics();

/** A patient whose data must not reach anybody else. No word of it occurs anywhere by chance. */
const SECRET = {
  patientName: "Zephyrine Quillfeather",
  patientPhone: "+15557391846",
  patientEmail: "zq@quillfeather.example.com",
  notes: "Xylophonist with vertigo",
};
const SECRET_WORDS = /zephyrine|quillfeather|7391846|739-1846|xylophonist|vertigo/i;

const CALLER = { patientName: "Ordinary Caller", patientPhone: "+15557200461" };
const CALLER_WORDS = /ordinary caller|7200461|720-0461/i;

Deno.test("no answer tells a caller about another patient, and no log line about anybody", async () => {
  const clinic = await world.open();
  const day = clinic.day();
  const at = (time: string) => ({ appointmentDate: day, appointmentTime: time });
  const theirs = { callId: crypto.randomUUID(), number: SECRET.patientPhone };

  // The other patient: one appointment, one hold, one reservation that waits for its code.
  const booked = await clinic.call("bookClinicAppointment", { ...SECRET, ...at("09:00") }, theirs);
  const held = await clinic.call("reserveSlot", { date: day, time: "10:00" }, theirs);
  const reserved = await clinic.call("reserveAppointment", { ...SECRET, ...at("11:00") }, theirs);
  for (const { result } of [booked, held, reserved]) assert.equal(result.success, true);
  const code = await clinic.latestCode();
  assert.ok(!SECRET_WORDS.test(booked.text + held.text + reserved.text));

  const answers: Answer[] = [];
  const ask = async (tool: string, args: JsonObject, options: CallOptions = {}) => {
    for (const shape of SHAPES) {
      answers.push(
        await clinic.call(tool, args, { number: CALLER.patientPhone, ...options, shape }),
      );
    }
  };
  for (const time of ["09:00", "10:00", "11:00", "11:10"]) {
    await ask("checkAvailability", { date: day, time });
    await ask("reserveSlot", { date: day, time });
    await ask("bookClinicAppointment", { ...CALLER, ...at(time) });
    await ask("reserveAppointment", { ...CALLER, ...at(time) });
  }
  const ids = [booked.result.appointmentId, held.result.holdId, reserved.result.holdId].map(String);
  for (const id of ids) {
    await ask("bookClinicAppointment", { ...CALLER, ...at("13:00"), holdId: id });
    await ask("verifyBookingCode", { code: "100000", holdId: id });
    await ask("sendBookingConfirmation", { appointmentId: id });
    await ask("cancelAppointment", { appointmentId: id });
    await ask("rescheduleAppointment", { appointmentId: id, newDate: day, newTime: "15:00" });
  }
  const phone = SECRET.patientPhone;
  await ask("cancelAppointment", { phone });
  await ask("cancelAppointment", { phone, code: "100000" });
  await ask("rescheduleAppointment", { phone, newDate: day, newTime: "15:00" });
  await ask("sendSms", { message: "Hello.", phone });
  await ask("sendSms", { message: "Hello.", phone: "+15557000000" });
  await ask("bookClinicAppointment", { ...CALLER, ...at("09:00"), patientPhone: "nobody" });

  for (const { text } of answers) {
    assert.ok(!SECRET_WORDS.test(text), text);
    assert.ok(!text.includes(code), text);
  }
  assert.ok(answers.length > 100);

  noLogLineTells(code);
});

Deno.test("an error in the database is neither spoken nor logged with the row that caused it", async () => {
  const clinic = await world.open();
  const { sql } = world.stack;
  await sql`alter table appointments add constraint broken check (notes is distinct from 'Xylophonist with vertigo') not valid`;
  for (const shape of SHAPES) {
    const { text, status } = await clinic.call("bookClinicAppointment", {
      ...SECRET,
      appointmentDate: clinic.day(),
      appointmentTime: "09:00",
    }, { shape });
    assert.equal(status, 200);
    assert.match(text, /Something went wrong on our side/);
    assert.ok(!SECRET_WORDS.test(text) && !/constraint|relation|sql/i.test(text), text);
  }
  await sql`alter table appointments drop constraint broken`;
  noLogLineTells("no code");
});

/** All lines of all functions so far. */
function noLogLineTells(code: string): void {
  const lines = world.stack.functions.logs().map(({ line }) => line);
  assert.ok(lines.some((line) => line.includes('"tool_call"')), "calls are logged");
  for (const line of lines) {
    assert.ok(!SECRET_WORDS.test(line), line);
    assert.ok(!CALLER_WORDS.test(line), line);
    assert.ok(!line.includes(code), line);
  }
}
