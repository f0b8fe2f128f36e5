/** Broadcasts of Realtime, over the socket that supabase-js's own client also uses. */
import { type Channel, type Message, Socket } from "@supabase/phoenix";
import * as z from "zod/mini";

export interface Listener {
  /** `payload`: as the database sent it. */
  onMessage(event: string, payload: unknown): void;
  /** It was joined, perhaps again; or it is not joined, temporarily or for good, and why. */
  onState(isJoined: boolean, reason: string): void;
}

export interface Joined {
  /** It ended, as it does when a token has expired: it is not rejoined automatically. */
  readonly isClosed: boolean;
  leave(): void;
}

export interface Live {
  /** Joins a private topic; row-level security decides whether it may. */
  join(topic: string, listener: Listener): Promise<Joined>;
  /** Channels that are already joined continue with it; undefined: nobody is signed in. */
  useToken(token: string | undefined): void;
  disconnect(): void;
}

export interface LiveOptions {
  /** Of the service, over HTTP. */
  readonly url: URL;
  readonly apiKey: string;
  readonly token: () => Promise<string>;
  readonly reconnectMs?: (tries: number) => number;
}

const broadcastSchema = z.object({ event: z.string(), payload: z.unknown() });
const HEARTBEAT_MS = 25_000;

export function createLive({ url, apiKey, token, reconnectMs = backoffMs }: LiveOptions): Live {
  const socket = new Socket(url.href.replace(/^http/, "ws"), {
    params: { apikey: apiKey },
    transport: WebSocket,
    vsn: "1.0.0",
    encode: (message, send) => send(JSON.stringify(message)),
    decode: (frame, take) => take(messageOf(frame)),
    heartbeatIntervalMs: HEARTBEAT_MS,
    reconnectAfterMs: reconnectMs,
    rejoinAfterMs: reconnectMs,
  });
  const channels = new Set<Channel>();
  let current = apiKey;

  return {
    join: async (topic, { onMessage, onState }) => {
      current = await token();
      // Evaluated at each join, so that a reconnection sends the current token.
      const channel = socket.channel(`realtime:${topic}`, () => ({
        config: { private: true, broadcast: { ack: false, self: false }, postgres_changes: [] },
        access_token: current,
      }));
      channels.add(channel);
      channel.on("broadcast", (message) => {
        const { data } = broadcastSchema.safeParse(message);
        if (data !== undefined) onMessage(data.event, data.payload);
      });
      channel.onError((reason) => onState(false, String(reason ?? "The connection was lost")));
      channel.onClose(() => {
        channels.delete(channel);
        onState(false, "The channel was closed");
      });
      socket.connect();
      channel.join()
        .receive("ok", () => onState(true, ""))
        .receive("error", (answer) => onState(false, JSON.stringify(answer)))
        .receive("timeout", () => onState(false, "There was no answer"));
      return {
        get isClosed() {
          return channel.isClosed();
        },
        leave: () => {
          channel.leave();
        },
      };
    },
    useToken: (next = apiKey) => {
      if (next === current) return;
      current = next;
      for (const channel of channels) {
        if (channel.isJoined()) channel.push("access_token", { access_token: next });
      }
    },
    disconnect: () => socket.disconnect(),
  };
}

const messageSchema = z.object({
  topic: z.string(),
  event: z.string(),
  payload: z.unknown(),
  ref: z.nullish(z.string()),
  join_ref: z.nullish(z.string()),
});

/** Throws if it is not a message. */
function messageOf(frame: string | ArrayBuffer): Message<unknown> {
  const { ref = null, join_ref = null, ...message } = messageSchema.parse(
    JSON.parse(String(frame)),
  );
  return { ...message, ref, join_ref };
}

/** The same waits as supabase-js. */
function backoffMs(tries: number): number {
  return [1_000, 2_000, 5_000][tries - 1] ?? 10_000;
}
