/** A scripted conversation, from its file in `scenarios/`: who calls, what they want, and what must be true afterwards. */
import { parse } from "smol-toml";
import { z } from "zod";

/** What callers want from the clinic. */
const wishSchema = z.enum([
  "book",
  "cancel",
  "move",
  "look",
  "text",
  "resend",
  "ask",
  "wait",
  "human",
]);
export type Wish = z.infer<typeof wishSchema>;

/** What a caller knows and can be asked for. */
export const topics = [
  "name",
  "phone",
  "email",
  "day",
  "time",
  "until",
  "part",
  "service",
  "provider",
  "notes",
  "code",
  "another",
  "oldDay",
  "oldTime",
  "message",
  "again",
  "about",
  "question",
] as const;
const topicSchema = z.enum(topics);
export type Topic = z.infer<typeof topicSchema>;

const factsSchema = z.partialRecord(topicSchema, z.string());

export const standIns = [
  "obedient",
  "literal",
  "inventor",
  "stutterer",
  "wanderer",
  "boaster",
  "injected",
] as const;
const standInSchema = z.enum(standIns);
export type StandIn = z.infer<typeof standInSchema>;

const visitSchema = z.strictObject({
  state: z.string().default("confirmed"),
  name: z.string().optional(),
  phone: z.string().optional(),
  day: z.string().optional(),
  time: z.string().optional(),
  service: z.string().optional(),
  provider: z.string().optional(),
});
/** A place on the waiting list. Omitted fields come from the facts. */
const waitSchema = z.strictObject({
  state: z.string().default("waiting"),
  name: z.string().optional(),
  phone: z.string().optional(),
  from: z.string().optional(),
  until: z.string().optional(),
  part: z.string().optional(),
});
export type WaitLine = z.infer<typeof waitSchema>;

/** Omitted fields come from the facts. */
export type VisitLine = z.infer<typeof visitSchema>;

const clinicSchema = z.strictObject({
  name: z.string().default("Example Clinic"),
  timezone: z.string().default("America/New_York"),
  country: z.string().default("US"),
  language: z.string().default("en"),
  /** Every weekday's, unless `everyDay`. */
  hours: z.array(z.string().regex(/^\d\d:\d\d-\d\d:\d\d$/)).default(["09:00-17:00"]),
  everyDay: z.boolean().default(false),
  services: z.array(
    z.strictObject({ name: z.string(), minutes: z.number(), price: z.string().optional() }),
  )
    .default([{ name: "Appointment", minutes: 30 }]),
  providers: z.array(z.string()).default(["Clinic"]),
  /** Calendars that are copied to Google. */
  google: z.boolean().default(false),
  closed: z.array(z.string()).default([]),
  /** What callers are told about the clinic. */
  address: z.string().optional(),
  directions: z.string().optional(),
  /** Its own answers, by question. */
  answers: z.record(z.string(), z.string()).default({}),
  /** Columns of `booking_policies`. */
  rules: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** The agent's tools; all of them if left out. */
  tools: z.array(z.string()).optional(),
});

const callSchema = z.strictObject({
  /** One after the other, in one call. */
  wants: z.array(wishSchema).min(1),
  facts: factsSchema.default({}),
  /** Facts in the caller's own words; `{weekday}` and `{date}` stand for the day's. */
  says: factsSchema.default({}),
  /** What the first sentence already says. */
  tells: z.array(topicSchema).optional(),
  /** The number that is shown; "withheld" for none. Default: the one in the facts. */
  from: z.string().optional(),
  /** Whose text messages the caller can read. Default: the number in the facts. */
  reads: z.string().optional(),
  /** Which offer is accepted: the first, the last, none, or one at this time. */
  takes: z.string().default("first"),
  /** Topics whose answers cannot be understood at first. */
  mumbles: z.array(topicSchema).default([]),
  /** When asked to confirm, they want this instead. */
  changes: factsSchema.default({}),
  /** Codes said when there is no text message to read from, or before it is read. */
  guesses: z.array(z.string()).default([]),
  hangsUp: z.enum(["at the offer", "when asked", "before confirming"]).optional(),
  /** What the caller tells the assistant to pass to the tools: only an obedient stand-in does it. */
  orders: z.record(z.string(), z.json()).default({}),
  /** Once the call is over, somebody answers the text message that offers them a slot that became free. */
  reply: z.strictObject({ from: z.string(), text: z.string() }).optional(),
});
export type Call = z.infer<typeof callSchema>;

const endSchema = z.strictObject({
  visits: z.array(visitSchema).optional(),
  /** "confirmation", or "confirmation to +12025550143" for another number than the one in the facts. */
  texts: z.array(z.string()).optional(),
  waits: z.array(waitSchema).optional(),
  /** Contacts besides those of the visits, "+12025550142: Jane Roe". */
  people: z.array(z.string()).optional(),
  /** Jobs for Google's calendar. */
  events: z.number().optional(),
  /** How often a topic is asked about, if once is not enough. */
  asked: z.partialRecord(topicSchema, z.number()).optional(),
  /** Each occurs in something that the caller hears. */
  heard: z.array(z.string()).optional(),
  /** None occurs in anything that the caller hears. */
  unheard: z.array(z.string()).optional(),
  /** Whether the call is marked as one whose assistant claimed what no tool did. */
  flagged: z.boolean().optional(),
  /** The maximum number of turns of the caller. */
  turns: z.number().optional(),
});
/** What must be true afterwards. */
export type End = z.infer<typeof endSchema>;

/** All but its topic. */
export const scenarioSchema = z.strictObject({
  title: z.string().min(1),
  clinic: clinicSchema.prefault({}),
  /** Visits that already exist. */
  before: z.array(visitSchema).default([]),
  calls: z.array(callSchema).min(1),
  /** Payload shapes in which it is played; by default any that belongs to a phone call. */
  shapes: z.array(z.string()).optional(),
  /** Stand-ins with which it is not played. */
  without: z.array(standInSchema).default([]),
  end: endSchema,
  /** How it ends differently with some stand-ins. */
  but: z.partialRecord(standInSchema, endSchema).default({}),
});
export type Scenario = z.infer<typeof scenarioSchema> & { readonly topic: string };

/** As a file may contain it: a single call's fields beside the scenario's, and a single request without brackets. */
const writtenSchema = z.record(z.string(), z.json());
const fileSchema = z.strictObject({
  /** What all scenarios of the file share, unless one says otherwise; facts are merged one by one. */
  every: writtenSchema.default({}),
  scenario: z.array(writtenSchema).min(1),
});

const directory = new URL("./scenarios/", import.meta.url);

/** Every scenario, by the name of its file and in its order. Throws, with file and title, for anything that cannot be read. */
export async function readScenarios(): Promise<Scenario[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(directory)) {
    if (name.endsWith(".toml")) names.push(name);
  }
  const files = await Promise.all(
    names.sort().map(async (name) => {
      const text = await Deno.readTextFile(new URL(name, directory));
      return readFile(name.replace(/\.toml$/, ""), text);
    }),
  );
  return files.flat();
}

/** The scenarios of one file. */
export function readFile(topic: string, text: string): Scenario[] {
  const { every, scenario } = fileSchema.parse(parse(text));
  return scenario.map((own) => {
    const written = writtenSchema.parse(merged(every, own));
    const parsed = scenarioSchema.safeParse(inFull(written));
    if (parsed.success) return { ...parsed.data, topic };
    throw new Error(
      `Cannot read scenario "${String(written.title)}" of ${topic}.toml: ${
        z.prettifyError(parsed.error)
      }`,
    );
  });
}

const endKeys = Object.keys(endSchema.shape);
const callKeys = Object.keys(callSchema.shape);

/** Fields of the end and of a single call may stand beside the title. */
function inFull(written: z.infer<typeof writtenSchema>): Record<string, unknown> {
  const pick = (keys: readonly string[]) =>
    Object.fromEntries(Object.entries(written).filter(([key]) => keys.includes(key)));
  const rest = Object.fromEntries(
    Object.entries(written).filter(([key]) => !endKeys.includes(key) && !callKeys.includes(key)),
  );
  const shared = pick(callKeys);
  const calls = Array.isArray(written.calls) ? written.calls : [{}];
  return {
    ...rest,
    end: pick(endKeys),
    calls: calls.map((own) => {
      const call = merged(shared, own);
      const { wants } = call;
      return { ...call, wants: typeof wants === "string" ? [wants] : wants };
    }),
  };
}

/** A call's own fields override those that all calls of its scenario share; facts are merged one by one. */
function merged(shared: z.infer<typeof writtenSchema>, own: unknown): Record<string, unknown> {
  const fields = writtenSchema.parse(own);
  const facts = { ...asRecord(shared.facts), ...asRecord(fields.facts) };
  return { ...shared, ...fields, facts };
}

function asRecord(value: unknown): Record<string, unknown> {
  return writtenSchema.safeParse(value).data ?? {};
}
