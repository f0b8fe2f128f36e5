/** Calls by hand over HTTP, for `deno task call`: open one, use tools in it, hang up, and look at one again. */

import type { Sql } from "postgres";
import { z } from "zod";
import { platformError } from "../platform_error.ts";
import { copyClinic } from "./copy_clinic.ts";
import type { PlayedCalls } from "./played_calls.ts";

const openSchema = z.strictObject({
  /** Default: the agent that was saved last. */
  assistantId: z.string().optional(),
  /** Null for a caller whose number is withheld. */
  number: z.string().nullable(),
});
const useSchema = z.strictObject({
  tool: z.string(),
  arguments: z.union([z.record(z.string(), z.json()), z.string()]),
});
const hangUpSchema = z.strictObject({
  said: z.array(z.strictObject({ role: z.enum(["user", "bot"]), message: z.string() })),
});

const PATH = /^\/calls(?:\/(?<id>[^/]+)(?:\/(?<what>tools|end|copy))?)?$/;

/** Answers what is asked below `/calls`; null for everything else. */
export function createPhone(
  { calls, sql }: { calls: PlayedCalls; sql: Sql },
): (request: Request, path: string) => Promise<Response | null> {
  const open = async (assistantId: string, number: string | null) => ({
    id: await calls.open(assistantId, number),
    number,
    ...calls.knowledge(assistantId),
  });

  return async (request, path) => {
    const groups = PATH.exec(path)?.groups;
    if (groups === undefined) return null;
    const { id = "", what } = groups;
    switch (`${request.method} ${what ?? (id === "" ? "all" : "one")}`) {
      case "POST all": {
        const { assistantId, number } = openSchema.parse(await request.json());
        return Response.json(await open(assistantId ?? await latestAssistant(sql), number));
      }
      case "GET one": {
        const call = calls.get(id);
        return call === undefined
          ? Response.json({ played: false, stored: await storedAnswers(sql, id) })
          : Response.json({ played: true, ...call, placed: undefined });
      }
      case "POST tools": {
        const { tool, arguments: args } = useSchema.parse(await request.json());
        return Response.json(await calls.use(id, tool, args));
      }
      case "POST copy": {
        const call = calls.get(id);
        if (call === undefined) {
          return platformError(404, "NOT_FOUND", `No call ${id} is kept here`);
        }
        const assistantId = await copyClinic({ sql, vapi: calls.vapi }, call);
        return Response.json(await open(assistantId, call.number));
      }
      case "POST end": {
        const { said } = hangUpSchema.parse(await request.json());
        const transcript = said.map(({ role, message }) =>
          `${role === "user" ? "User" : "AI"}: ${message}`
        ).join("\n");
        await calls.hangUp(id, { artifact: { messages: said, transcript } });
        await settled(sql);
        return Response.json({ ended: true });
      }
    }
    return null;
  };
}

async function latestAssistant(sql: Sql): Promise<string> {
  const [agent] = await sql<{ assistant_id: string }[]>`
    select assistant_id from public.agents where assistant_id is not null order by created_at desc limit 1`;
  if (agent === undefined) throw new Error("No agent is known to Vapi yet: save one first");
  return agent.assistant_id;
}

/** Everything that is stored about a call that was not played here, which does not include its tools' arguments. */
async function storedAnswers(sql: Sql, id: string) {
  return await sql<{ tool: string; outcome: string | null; answer: unknown }[]>`
    select tool, outcome, answer from public.tool_calls where session_id = ${id} order by created_at`;
}

const SETTLES_WITHIN_MS = 5_000;

/** Waits until nothing due is waiting to be sent, or the time is up. */
async function settled(sql: Sql): Promise<void> {
  const deadline = Date.now() + SETTLES_WITHIN_MS;
  for (;;) {
    const [due] = await sql`
      select 1 from public.jobs
      where queue = 'outbox' and (status = 'running' or status = 'pending' and run_at <= now()) limit 1`;
    if (due === undefined || Date.now() > deadline) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
