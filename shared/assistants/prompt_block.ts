/**
 * Our part of an assistant's system prompt: what a model cannot know by itself. It stands at the end, between two tags;
 * everything around it is the clinic's. Dates and numbers in it are templates that Vapi fills in for each call.
 */
import { cut } from "../json.ts";
import type { Clinic } from "./job.ts";

/** A longer one would distract the model more than it helps; what does not fit is left to the tools. */
export const MAX_BLOCK = 1_500;

const BEGIN =
  '<clinic-facts note="Kept up to date by the platform. What is changed in here gets lost.">';
const END = "</clinic-facts>";
const SEPARATOR = "\n\n";

/** A whole block. An opening tag without its closing tag is somebody's text. */
const BLOCK = /(?:\n\n)?<clinic-facts\b[^>]*>(?:(?!<clinic-facts\b)[\s\S])*?<\/clinic-facts>/g;

/** The facts for the model, at most MAX_BLOCK characters, tags included. */
export function promptBlock(clinic: Clinic): string {
  const before = [
    BEGIN,
    `It is now {{"now" | date: "%A, %B %d, %Y, %I:%M %p", "${clinic.timezone}"}} at the clinic (${clinic.timezone}). Work out every date from this.`,
    `Clinic: ${plain(clinic.name)}${clinic.phone === null ? "" : `, phone ${clinic.phone}`}`,
  ];
  const after = [
    "Number of the caller, blank if unknown: {{customer.number}}",
    'Say dates and times as people do ("Tuesday, December 1, at 2 in the afternoon"), in the language of the conversation. Never read out an id.',
    ...human(clinic.transfer.emergencyWords),
    "Nothing is booked, held, moved, cancelled or sent unless a tool said so in this conversation. Look up or ask what you don't know; never make it up.",
    END,
  ];
  const lists: [label: string, items: string[]][] = [
    ["Open", openingHours(clinic.hours).map(plain)],
    ["Places (ask which one; it can be given as the provider)", clinic.locations.map(location)],
    ["Visits", clinic.services.map(visit)],
    ["With", clinic.providers.map(plain)],
  ];
  let room = MAX_BLOCK - [...before, ...after].join("\n").length;
  const told = lists.map(([label, items]) => {
    const line = listLine(label, items, room - 1);
    room -= line.length + 1;
    return line;
  }).filter((line) => line !== "");
  return [...before, ...told, ...after].join("\n");
}

const FOR_PATIENTS = { all: "", new: "; new patients only", returning: "; not for new patients" };

/** "Cleaning (30 min)", "Cleaning (30 min; with Dr. Lee, Dr. Wu 45 min; not for new patients)". */
function visit(
  { name, minutes, forPatients, with: providers }: Clinic["services"][number],
): string {
  const names = providers.map((one) =>
    one.minutes === minutes ? plain(one.name) : `${plain(one.name)} ${one.minutes} min`
  );
  const who = names.length === 0 ? "" : `; with ${names.join(", ")}`;
  return `${plain(name)} (${minutes} min${who}${FOR_PATIENTS[forPatients]})`;
}

/** "Downtown (12 Main St): Dr. Lee, Dr. Wu". */
function location({ name, address, providers }: Clinic["locations"][number]): string {
  const where = address === null ? "" : ` (${plain(address)})`;
  return `${plain(name)}${where}: ${providers.map(plain).join(", ")}`;
}

function human(emergencyWords: readonly string[]): string[] {
  const spoken = emergencyWords.map(plain).filter((word) => word !== "").join(", ");
  return [
    "Use transferCall, if you have it, for a caller who wants a person or whom you can't help; say what it answers. Use endCall after the goodbyes.",
    ...spoken === "" ? [] : [
      `Emergency (${
        cut(spoken, 300)
      }): say to call the emergency number, then transferCall at once.`,
    ],
  ];
}

/** The same for deployments that put the same facts into the same words: the block of a clinic that has every kind of fact. */
export function blockWording(): string {
  const hours = { weekday: 1, opens: "09:00", closes: "17:00" };
  return promptBlock({
    name: "Clinic",
    timezone: "UTC",
    phone: "+12025550100",
    transfer: { phone: "+12025550101", isAlways: false, emergencyWords: ["pain"] },
    hours: [{ ...hours, calendar: null }, { ...hours, calendar: "Provider" }],
    services: (["all", "new", "returning"] as const).map((forPatients) => ({
      name: "Visit",
      minutes: 30,
      forPatients,
      with: [{ name: "Provider", minutes: 30 }, { name: "Other", minutes: 45 }],
    })),
    providers: ["Provider"],
    locations: [{ name: "Place", address: "Street", providers: ["Provider"] }],
  });
}

/** As many items as fit. Empty if there are none, or not even one fits. */
function listLine(label: string, items: readonly string[], room: number): string {
  for (let count = items.length; count > 0; count--) {
    const more = count < items.length ? `; and ${items.length - count} more` : "";
    const line = `${label}: ${items.slice(0, count).join("; ")}${more}`;
    if (line.length <= room) return line;
  }
  return "";
}

/** A name on one line, which can neither end the block nor be a template. */
function plain(name: string): string {
  return name.replace(/[<>{}\s\p{Cc}]+/gu, " ").trim();
}

export interface PromptParts {
  /** What people wrote. */
  prompt: string;
  /** Our part; undefined if there is none, or more than one. */
  block: string | undefined;
}

/** Takes a prompt apart. `withBlock(prompt, block)` puts it together again, to the character. */
export function splitPrompt(content: string): PromptParts {
  const blocks = content.match(BLOCK) ?? [];
  const isAtEnd = blocks.length === 1 && content.endsWith(END);
  return {
    prompt: content.replace(BLOCK, ""),
    // A block that is not at the end counts as missing: it is moved there.
    block: isAtEnd ? blocks[0]?.trimStart() : undefined,
  };
}

export function withBlock(prompt: string, block: string): string {
  return prompt === "" ? block : `${prompt}${SEPARATOR}${block}`;
}

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/**
 * In a few words: "Monday to Friday 09:00-17:00". The clinic's own hours first, then those of each calendar that differ.
 * Consecutive days with the same hours are one item.
 */
export function openingHours(hours: Clinic["hours"]): string[] {
  const byCalendar = Map.groupBy(hours, ({ calendar }) => calendar);
  const calendars = [...byCalendar.keys()].sort((one, other) =>
    Number(one !== null) - Number(other !== null)
  );
  return calendars.flatMap((calendar) => {
    const spans = weekOf(byCalendar.get(calendar) ?? []);
    return calendar === null ? spans : spans.map((span) => `${calendar}: ${span}`);
  });
}

function weekOf(hours: Clinic["hours"]): string[] {
  const times = DAYS.map((_, index) =>
    hours.filter(({ weekday }) => weekday === index + 1)
      .map(({ opens, closes }) => `${opens}-${closes}`).join(", ")
  );
  const spans: string[] = [];
  for (let first = 0; first < DAYS.length;) {
    const next = times.findIndex((time, index) => index > first && time !== times[first]);
    const end = next === -1 ? DAYS.length : next;
    const days = end - first === 1 ? DAYS[first] : `${DAYS[first]} to ${DAYS[end - 1]}`;
    if (times[first] !== "") spans.push(`${days} ${times[first]}`);
    first = end;
  }
  return spans;
}
