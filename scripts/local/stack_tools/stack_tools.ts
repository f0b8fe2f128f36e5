/**
 * What only the embedded stack can do, for its console and `deno task call`, at `/stack/v1`: ring, play a call by hand, see what was sent
 * to Twilio, Resend and Google, and break Vapi. A hosted project has none of it. Requires the publishable key in a header of its own, which
 * no foreign page can send: preflights are not answered.
 */

import type { Sql } from "postgres";
import { z } from "zod";
import type { AuthMail } from "../auth.ts";
import type { Integrations } from "../integrations.ts";
import { platformError } from "../platform_error.ts";
import type { VapiDouble } from "../vapi/mod.ts";
import { setMood, type VapiMood, vapiMoodSchema } from "./faults.ts";
import { createPhone } from "./phone.ts";
import { PlayedCalls } from "./played_calls.ts";
import { ring, type RingStep } from "./ring.ts";

export const stackToolsPath = "/stack/v1";

export interface StackTools {
  readonly vapi: VapiDouble;
  readonly integrations: Integrations | undefined;
  readonly authMails: readonly AuthMail[];
  readonly sql: Sql;
  readonly publishableKey: string;
}

const ringSchema = z.object({ assistantId: z.string() });
const moodSchema = z.object({ vapi: vapiMoodSchema });

/** Answers what is asked below `/stack/v1`; null for everything else. */
export function createStackTools(
  { vapi, integrations, authMails, sql, publishableKey }: StackTools,
): (request: Request) => Promise<Response> | null {
  let mood: VapiMood = "up";
  let rings = 0;
  const calls = new PlayedCalls(vapi);
  const phone = createPhone({ calls, sql });

  const answer = async (request: Request, path: string): Promise<Response> => {
    if (request.headers.get("apikey") !== publishableKey) {
      return platformError(401, "UNAUTHORIZED", "The publishable key is missing");
    }
    switch (`${request.method} ${path}`) {
      case "GET /sent":
        return Response.json(await sent(sql, integrations, authMails));
      case "GET /faults":
        return Response.json({ vapi: mood });
      case "PUT /faults":
        mood = moodSchema.parse(await request.json()).vapi;
        setMood(vapi, mood);
        return Response.json({ vapi: mood });
      case "POST /ring": {
        const { assistantId } = ringSchema.parse(await request.json());
        const nth = String(++rings % 100).padStart(2, "0");
        const caller = { caller: `+120255501${nth}`, patient: `Example Patient ${nth}` };
        return new Response(ReadableStream.from(lines(ring(calls, assistantId, caller))), {
          headers: { "content-type": "application/x-ndjson" },
        });
      }
    }
    const answered = await phone(request, path);
    if (answered !== null) return answered;
    return platformError(404, "NOT_FOUND", `The stack has no ${request.method} ${path}`);
  };

  return (request) => {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(`${stackToolsPath}/`)) return null;
    return answer(request, pathname.slice(stackToolsPath.length)).catch((error) =>
      platformError(400, "BAD_REQUEST", error instanceof Error ? error.message : String(error))
    );
  };
}

/** A line of JSON for each step; an error that ended the call is the last one. */
async function* lines(steps: AsyncGenerator<RingStep>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const line = (step: unknown) => encoder.encode(`${JSON.stringify(step)}\n`);
  try {
    for await (const step of steps) yield line(step);
  } catch (error) {
    yield line({ kind: "broken", reason: error instanceof Error ? error.message : String(error) });
  }
}

/** What left the product, newest first. */
async function sent(
  sql: Sql,
  integrations: Integrations | undefined,
  authMails: readonly AuthMail[],
) {
  const links = authMails.map((mail, at) => ({ id: `auth-${at}`, ...mail })).toReversed();
  if (integrations === undefined) return { texts: [], mails: links, events: [] };
  const { twilio, resend, google } = integrations;
  const connected = await sql<{ id: string }[]>`
    select distinct google_calendar_id as id from public.calendars where google_calendar_id is not null`;
  return {
    texts: twilio.textsTo().toReversed().map(({ sid, to, body, status, date_created }) => ({
      id: sid,
      to,
      body,
      status,
      at: new Date(date_created).toISOString(),
    })),
    mails: [
      ...links,
      ...resend.emails.toReversed().map(({ id, to, subject, text }) => ({
        id,
        to: to.join(", "),
        subject,
        text,
      })),
    ],
    events: connected.flatMap(({ id: calendar }) =>
      google.eventsOf(calendar).map(({ id, summary, start, end }) => ({
        id,
        calendar,
        summary: summary ?? "",
        starts: start.dateTime,
        ends: end.dateTime,
      }))
    ),
  };
}
