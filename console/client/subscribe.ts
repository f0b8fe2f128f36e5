/** Notifications of changes in an organization: immediate through Realtime, otherwise by polling. */
import * as z from "zod/mini";
import type { Client } from "./client.ts";
import type { Joined } from "./live.ts";

export interface AgentChanged {
  agentId: string;
  syncState: string;
}
export interface VisitChanged {
  appointmentId: string;
  state: string;
  startsAt: string;
}
export interface CallChanged {
  callId: string;
  agentId: string | null;
  status: string;
}

/**
 * Each is called with what changed, or with null if anything may have changed: read what is shown again. A message contains only ids and
 * states, and may get lost; after a time without a connection, null comes automatically.
 */
export interface Handlers {
  onAgents?: (changed: AgentChanged[] | null) => void;
  onVisits?: (changed: VisitChanged[] | null) => void;
  onCalls?: (changed: CallChanged[] | null) => void;
  /** `live`: messages come. `polling`: the handlers are called with null from time to time instead. */
  onMode?: (mode: "live" | "polling") => void;
}

export interface SubscribeOptions {
  /** The wait before the first poll without a connection, and the longest wait between two polls. */
  pollMs?: { first: number; longest: number };
}

export interface Subscription {
  close(): void;
}

const agents = z.array(z.object({ agentId: z.string(), syncState: z.string() }));
const visits = z.array(
  z.object({ appointmentId: z.string(), state: z.string(), startsAt: z.string() }),
);
const calls = z.array(
  z.object({ callId: z.string(), agentId: z.nullable(z.string()), status: z.string() }),
);

const POLL_MS = { first: 2_000, longest: 30_000 };

/** Follows an organization until it is closed. One subscription per organization and client, since they would share a channel. */
export function subscribe(
  client: Client,
  orgId: string,
  handlers: Handlers,
  { pollMs = POLL_MS }: SubscribeOptions = {},
): Subscription {
  let mode: "live" | "polling" | null = null;
  let isClosed = false;
  let pause = pollMs.first;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let channel: Joined | undefined;

  const readAgain = () => {
    handlers.onAgents?.(null);
    handlers.onVisits?.(null);
    handlers.onCalls?.(null);
  };
  const change = (next: "live" | "polling") => {
    if (isClosed || mode === next) return;
    mode = next;
    clearTimeout(timer);
    handlers.onMode?.(next);
    if (next === "live") return readAgain();
    pause = pollMs.first;
    timer = setTimeout(look, pause);
  };
  const look = () => {
    if (isClosed || mode === "live") return;
    readAgain();
    // The service ended the channel, as it does when a token has expired: only we can rejoin it.
    if (channel?.isClosed) void open();
    pause = Math.min(pause * 1.5, pollMs.longest);
    timer = setTimeout(look, pause);
  };
  const open = async () => {
    channel = undefined;
    const joined = await client.live.join(`organization:${orgId}`, {
      onMessage: (event, payload) => {
        if (event === "agents") handlers.onAgents?.(named(agents, payload));
        if (event === "visits") handlers.onVisits?.(named(visits, payload));
        if (event === "calls") handlers.onCalls?.(named(calls, payload));
      },
      onState: (isJoined) => change(isJoined ? "live" : "polling"),
    });
    if (isClosed) joined.leave();
    else channel = joined;
  };

  void open();
  timer = setTimeout(() => change("polling"), pollMs.first);
  return {
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      channel?.leave();
    },
  };
}

/** The contents of a message; null if it has none, or is in a later format. */
function named<Item>(items: z.ZodMiniType<Item[]>, payload: unknown): Item[] | null {
  return z.object({ items }).safeParse(payload).data?.items ?? null;
}
