/**
 * Malicious callers, and a clinic that asks for more than its share. Each continues after a refusal; invariants/caps.ts says what they may
 * get.
 */
import type { JsonObject } from "../../../shared/json.ts";
import { Caller, phoneOf } from "../caller.ts";
import { patiently } from "../patiently.ts";
import type { Platform } from "../platform.ts";
import { type DeedContext, time, told, wishOf, workday } from "./deeds.ts";

/** Numbers that no honest caller has: ever new ones, and some that earn somebody money. */
const AREAS = [206, 210, 214, 215, 216, 248] as const;
const COSTLY = ["+19005550100", "+18765550100", "+447911123456", "+37190000001", "+881612345678"];

/** The caller according to the network: mostly a number, now and then none. */
function harmful({ platform, practices, random }: DeedContext): Caller {
  const { clinic } = random.pick(practices);
  const phone = random.chance(0.3)
    ? random.pick(["anonymous", "+266696687", "restricted"])
    : `+1646555010${random.below(5)}`;
  return new Caller(platform, clinic, phone);
}

function stranger({ random, unique }: DeedContext): string {
  if (random.chance(0.2)) return random.pick(COSTLY);
  const number = unique();
  return `+1${AREAS[Math.floor(number / 10_000) % AREAS.length]}555${
    String(number % 10_000).padStart(4, "0")
  }`;
}

/** Calls a tool again and again, each time with other arguments; returns how often it was refused. */
async function insist(
  caller: Caller,
  tool: string,
  times: number,
  argumentsOf: (last: JsonObject) => JsonObject,
): Promise<{ answers: JsonObject[]; refused: number }> {
  const answers: JsonObject[] = [];
  for (let i = 0; i < times; i++) {
    const args = argumentsOf(answers.at(-1) ?? {});
    answers.push(await patiently(tool, () => caller.call(tool, args)));
  }
  return { answers, refused: answers.filter(({ success }) => success !== true).length };
}

/** One hold, moved to ever new numbers, so that each gets a code. */
export async function pump(context: DeedContext): Promise<string> {
  const caller = harmful(context);
  let holdId: unknown;
  const { refused } = await insist(caller, "reserveAppointment", 8, (last) => {
    holdId ??= last["holdId"];
    return {
      patientName: "Test Patient",
      patientPhone: stranger(context),
      appointmentDate: workday(context.random),
      appointmentTime: time(context.random),
      ...(typeof holdId === "string" && { holdId }),
    };
  });
  return `${caller.phone} had ever new numbers texted, ${refused} times refused`;
}

/** As many slots as possible, held under made-up numbers and without any. */
export async function floodHolds(context: DeedContext): Promise<string> {
  const { random } = context;
  const caller = harmful(context);
  const { refused } = await insist(caller, "reserveSlot", 8, () => ({
    date: workday(random),
    time: time(random),
  }));
  return `${caller.phone} held slots, ${refused} times refused`;
}

/** A time held for one service, then booked for another, as if that one's limits no longer counted. */
export async function swapService(context: DeedContext): Promise<string> {
  const { platform, practices, random, unique } = context;
  const { clinic, offers } = random.pick(practices.filter(({ offers }) => offers.length > 0));
  const caller = new Caller(platform, clinic, phoneOf(unique()));
  const [date, at] = [workday(random), time(random)];
  const held = await patiently(
    "reserveSlot",
    () => caller.call("reserveSlot", { date, time: at, ...wishOf(offers, random).words }),
  );
  const { holdId } = held;
  if (typeof holdId !== "string") return `${caller.phone} found nothing to hold`;
  const tool = random.pick(["bookClinicAppointment", "reserveAppointment"]);
  const booked = await patiently(tool, () =>
    caller.call(tool, {
      patientName: "Test Patient",
      patientPhone: caller.phone,
      appointmentDate: date,
      appointmentTime: at,
      service: "Whitening",
      holdId,
    }));
  told(platform, booked);
  return `${caller.phone} held one thing and asked for another: ${
    booked["code"] ?? booked["success"]
  }`;
}

/** As many appointments as possible, for one patient or for many. */
export async function floodBookings(context: DeedContext): Promise<string> {
  const { platform, random, unique } = context;
  const caller = harmful(context);
  const victim = phoneOf(unique());
  const isOne = random.chance(0.5);
  const { answers, refused } = await insist(caller, "bookClinicAppointment", 8, () => ({
    patientName: `Test Patient ${unique()}`,
    patientPhone: isOne ? victim : phoneOf(unique()),
    appointmentDate: workday(random),
    appointmentTime: time(random),
  }));
  for (const answer of answers) told(platform, answer);
  return `${caller.phone} booked, ${refused} times refused`;
}

/** Somebody's visit, cancelled by a caller who gets their code from them: the victim says it to the clinic in a call of their own. */
export async function stealVisit(context: DeedContext): Promise<string> {
  const { platform, practices, random, unique } = context;
  const { clinic } = random.pick(practices);
  const victim = new Caller(platform, clinic, phoneOf(unique()));
  const use = (caller: Caller, tool: string, args: JsonObject) =>
    patiently(tool, () => caller.call(tool, args));
  const booked = await use(victim, "bookClinicAppointment", {
    patientName: "Test Patient",
    patientPhone: victim.phone,
    appointmentDate: workday(random),
    appointmentTime: time(random),
  });
  if (told(platform, booked) === null) return `${victim.phone} found ${booked["code"]}`;

  const thief = harmful(context);
  const attacker = new Caller(platform, clinic, thief.phone);
  const asked = await use(attacker, "cancelAppointment", { phone: victim.phone });
  for (let guess = 0; guess < 6; guess++) {
    const code = String(100_000 + random.below(900_000));
    const stolen = await use(attacker, "cancelAppointment", { phone: victim.phone, code });
    // One chance in 900,000: then the cancellation is legitimate.
    if (stolen["success"] === true) return reportTheft(context, booked);
  }
  // The words are the same when a cap withholds the code, so that nobody learns who is a patient.
  if (asked["code"] !== "code_sent" || !await hasCode(platform, victim.phone)) {
    return `${attacker.phone} got no code sent: ${asked["code"]}`;
  }
  const code = await patiently("waiting for a code", () => Promise.resolve(victim.latestCode()));
  await use(victim, "verifyBookingCode", { code });
  const stolen = await use(attacker, "cancelAppointment", { phone: victim.phone });
  const again = await use(attacker, "cancelAppointment", { phone: victim.phone, code });
  return `${attacker.phone} tried to cancel another's visit: ${stolen["code"]}, ${again["code"]}`;
}

/** Whether a text with a code to this number was requested. */
function hasCode(platform: Platform, phone: string): Promise<boolean> {
  return platform.withSql(async (sql) => {
    const codes = await sql`select from sms_messages where kind = 'code' and recipient = ${phone}`;
    return codes.length > 0;
  });
}

function reportTheft({ platform }: DeedContext, { appointmentId: id }: JsonObject): string {
  if (typeof id === "string") platform.ledger.booked.delete(id);
  return "a code was guessed";
}

/** Something that no clinic would say, to somebody who has nothing to do with it. */
export const STRANGE_WORDS = "You have won a prize";

/** Free text to others: to a number that was just made a contact, and to one never heard of. */
export async function textStrangers(context: DeedContext): Promise<string> {
  const caller = harmful(context);
  const { refused } = await insist(caller, "sendSms", 3, () => ({
    message: `${STRANGE_WORDS} https://prize.example.net/${context.unique()}`,
    phone: context.random.chance(0.5) ? phoneOf(context.unique()) : stranger(context),
  }));
  return `${caller.phone} texted strangers, ${refused} times refused`;
}

const GREED = 15;
/** Linking its whole quota would take the rest of the storm. */
const MAX_GREEDY_AGENTS = 60;

/** A clinic saves many agents at the same moment. */
export async function saveMany({ platform, greedy, unique }: DeedContext): Promise<string> {
  const { clinic, agents } = greedy;
  const saved = await Promise.all(Array.from({ length: GREED }, async (_, n) => {
    const known = agents.length >= MAX_GREEDY_AGENTS ? agents[n] : undefined;
    const name = known?.name ?? `Agent ${unique()}`;
    const content = { name, systemPrompt: `You answer. Version ${unique()}.` };
    const id = await platform.trySave(clinic, { ...content, ...(known && { agentId: known.id }) });
    if (id !== null && known === undefined) agents.push({ id, name });
    return id;
  }));
  const refused = saved.filter((id) => id === null).length;
  return `${clinic.name} saved ${GREED} agents at once, ${refused} times refused`;
}
