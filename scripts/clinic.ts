/** `deno task clinic add`: creates a clinic in one command. */
import { misused, parseOptions, print, printJson, progress } from "./cli.ts";
import { addClinic, type AddedClinic, type NewClinic } from "./clinic/add.ts";
import { parseHours } from "./clinic/hours.ts";
import { connection } from "./connection.ts";
import { envOption } from "./env_option.ts";

const help = `
Adds a clinic with its owner: the user, the organization, its opening hours and its number. Run again, it adds nothing.

Usage: deno task clinic add [options]

  --name=<text>       the clinic's name, as callers hear it
  --timezone=<zone>   IANA zone, e.g. Europe/London
  --country=<code>    ISO 3166-1, e.g. GB
  --owner=<e-mail>    who owns it; a user with a new password is created if there is none
  --phone=<number>    the clinic's own number, e.g. +442079460020
  --hours=<text>      e.g. "mon-fri 09:00-17:00, sat 09:00-12:30"; default mon-fri 09:00-17:00
  --number=<id>       the id at Vapi of the number that its callers dial
  --url=<url>         project URL; default SUPABASE_URL
  --env=<file>        read SUPABASE_URL and SUPABASE_SECRET_KEY from this file
  --json              print one JSON object; asks nothing
  --help              show this text

On a terminal it asks for what is missing.

Exit code: 0 it exists, 1 it could not be added, 2 the command was not understood.
`;

const QUESTIONS = {
  name: "Name of the clinic:",
  timezone: "Time zone, e.g. Europe/London:",
  country: "Country, e.g. GB:",
  owner: "E-mail address of its owner:",
} as const;

async function main(args: string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command !== "add") {
    if (command === "--help" || command === "-h") return shown();
    misused(help, command === undefined ? "No command was given" : `There is no "${command}"`);
  }
  const options = parseOptions(help, {
    name: { type: "string" },
    timezone: { type: "string" },
    country: { type: "string" },
    owner: { type: "string" },
    phone: { type: "string" },
    hours: { type: "string" },
    number: { type: "string" },
    url: { type: "string" },
    ...envOption,
    json: { type: "boolean" },
  }, rest);
  const isAsked = options.json !== true && Deno.stdin.isTerminal();
  const { name, timezone, country, owner } = required(options, isAsked);
  const clinic: NewClinic = {
    ...{ name, timezone, country, owner },
    ...(options.phone !== undefined && { phone: options.phone }),
    ...(options.number !== undefined && { number: options.number }),
    ...(options.hours !== undefined && { hours: readHours(options.hours) }),
  };
  try {
    const api = await connection(options);
    const added = await addClinic(api, clinic);
    if (options.json) printJson(added);
    else print(describe(clinic, added));
    return 0;
  } catch (error) {
    progress(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

type Required = Record<keyof typeof QUESTIONS, string>;

function required(given: Partial<Required>, isAsked: boolean): Required {
  const value = (name: keyof Required): string =>
    given[name]?.trim() || (isAsked ? prompt(QUESTIONS[name])?.trim() : "") || "";
  const all = {
    name: value("name"),
    timezone: value("timezone"),
    country: value("country").toUpperCase(),
    owner: value("owner"),
  };
  const missing = Object.entries(all).filter(([, text]) => text === "").map(([name]) =>
    `--${name}`
  );
  return missing.length === 0 ? all : misused(help, `Missing: ${missing.join(", ")}`);
}

function readHours(text: string): NewClinic["hours"] & object {
  try {
    return parseHours(text);
  } catch (error) {
    return misused(help, error instanceof Error ? error.message : String(error));
  }
}

function describe({ name }: NewClinic, { orgId, isNew, owner }: AddedClinic): string {
  return [
    `${name} ${isNew ? "was added" : "was there already"}: organization ${orgId}`,
    owner.password === null
      ? `Its owner ${owner.email} signs in as before.`
      : `Its owner ${owner.email} signs in with the password ${owner.password} and changes it then.`,
    "Next: sign in to the console and save an agent. docs/onboarding.md goes on to the first call.",
  ].join("\n");
}

function shown(): number {
  print(help.trim());
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
