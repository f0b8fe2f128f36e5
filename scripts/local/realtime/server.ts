/**
 * Stand-in for Supabase Realtime, at `/realtime/v1/websocket`.
 *
 * Covers: broadcasts from the database (`realtime.send`) on public and private channels, the policies of `realtime.messages`, checked at
 * each join and each new token, an expired token ending its channels, both versions of the protocol, heartbeats. Does not cover: broadcasts
 * by clients, presence, changes of tables, replay, limits.
 */
import postgres from "postgres";
import { z } from "zod";
import type { Keys } from "../keys.ts";
import { claimsOf, mayRead } from "./authorize.ts";
import { decode, encode, type Message, type Version } from "./message.ts";

export type Realtime = {
  /** Answers a request for a websocket; the gateway has checked the API key. */
  connect(request: Request): Response;
  /** Ends every connection, as a restart of the service does; clients reconnect. */
  disconnect(): void;
  close(): Promise<void>;
};

type Channel = {
  readonly topic: string;
  readonly joinRef: string | null;
  readonly isPrivate: boolean;
  /** Seconds since 1970. */
  expiresAt: number;
};

type Connection = {
  readonly channels: Map<string, Channel>;
  send(message: Message): void;
  close(): void;
};

const joinSchema = z.object({
  config: z.object({ private: z.boolean().default(false) }).prefault({}),
  access_token: z.string().optional(),
});
const tokenSchema = z.object({ access_token: z.string() });
const rowSchema = z.object({
  topic: z.string(),
  event: z.string(),
  payload: z.record(z.string(), z.unknown()),
  private: z.boolean(),
});

export type RealtimeOptions = {
  /** The superuser's. */
  readonly url: string;
  readonly keys: Keys;
  readonly onError: (error: unknown) => void;
};

export function createRealtime({ url, keys, onError }: RealtimeOptions): Realtime {
  const connections = new Set<Connection>();
  let sql: postgres.Sql | undefined;
  let listening: Promise<unknown> | undefined;

  /** Listens from the first join on: most stacks never have one. */
  const database = async (): Promise<postgres.Sql> => {
    sql ??= postgres(url, {
      max: 2,
      onnotice: () => {},
      fetch_types: false,
      connection: { application_name: "realtime" },
    });
    listening ??= sql.listen("realtime_messages", (notice) => void deliver(notice).catch(onError));
    await listening;
    return sql;
  };

  /** `notice`: the message's id and topic. */
  const deliver = async (notice: string): Promise<void> => {
    const [id = "", topic = ""] = notice.split(/ (.*)/s);
    const name = `realtime:${topic}`;
    const now = Date.now() / 1000;
    const joined = [...connections].filter(({ channels }) => channels.has(name));
    if (joined.length === 0 || sql === undefined) return;
    const [row] = await sql`
      select topic, event, payload, private from realtime.messages where id = ${id} and extension = 'broadcast'`;
    if (row === undefined) return;
    const { event, payload, private: isPrivate } = rowSchema.parse(row);
    for (const connection of joined) {
      const channel = connection.channels.get(name);
      if (channel === undefined || channel.isPrivate !== isPrivate) continue;
      if (channel.expiresAt <= now) {
        end(connection, channel, "Token has expired");
        continue;
      }
      connection.send({
        joinRef: null,
        ref: null,
        topic: name,
        event: "broadcast",
        payload: { type: "broadcast", event, payload, meta: { id } },
      });
    }
  };

  /** Reports the reason, and closes the channel. */
  const end = (connection: Connection, channel: Channel, message: string): void => {
    const { topic, joinRef } = channel;
    connection.channels.delete(topic);
    const payload = { extension: "system", status: "error", channel: topic, message };
    connection.send({ joinRef, ref: null, topic, event: "system", payload });
    connection.send({ joinRef, ref: null, topic, event: "phx_close", payload: {} });
  };

  /** When the token expires; throws with the reason if it may not read the channel. */
  const authorize = async (topic: string, isPrivate: boolean, token: string): Promise<number> => {
    const claims = await claimsOf(keys, token).catch((error) => {
      throw new Error(`InvalidJWTToken: ${error instanceof Error ? error.message : error}`);
    });
    const name = topic.replace(/^realtime:/, "");
    const client = await database();
    if (isPrivate && !(await mayRead(client, name, claims))) {
      throw new Error(
        `Unauthorized: You do not have permissions to read from this Channel topic: ${name}`,
      );
    }
    return claims.exp ?? Infinity;
  };

  const handle = async (connection: Connection, apiKey: string, message: Message) => {
    const { joinRef, ref, topic, event } = message;
    const reply = (status: "ok" | "error", response: Record<string, unknown> = {}) =>
      connection.send({ joinRef, ref, topic, event: "phx_reply", payload: { status, response } });
    const channel = connection.channels.get(topic);
    switch (event) {
      case "heartbeat":
        return reply("ok");
      case "phx_join": {
        const { config, access_token: token = apiKey } = joinSchema.parse(message.payload);
        try {
          const expiresAt = await authorize(topic, config.private, token);
          connection.channels.set(topic, { topic, joinRef, isPrivate: config.private, expiresAt });
          return reply("ok", { postgres_changes: [] });
        } catch (error) {
          return reply("error", { reason: error instanceof Error ? error.message : String(error) });
        }
      }
      case "phx_leave":
        connection.channels.delete(topic);
        reply("ok");
        return connection.send({ joinRef, ref: null, topic, event: "phx_close", payload: {} });
      case "access_token": {
        if (channel === undefined) return;
        const { access_token: token } = tokenSchema.parse(message.payload);
        try {
          channel.expiresAt = await authorize(topic, channel.isPrivate, token);
        } catch (error) {
          end(connection, channel, error instanceof Error ? error.message : String(error));
        }
        return;
      }
      default:
        return reply("error", { reason: `The stand-in for Realtime does not cover ${event}` });
    }
  };

  return {
    connect: (request) => {
      const parameters = new URL(request.url).searchParams;
      const version: Version = parameters.get("vsn") === "2.0.0" ? "2.0.0" : "1.0.0";
      const { socket, response } = Deno.upgradeWebSocket(request);
      const connection: Connection = {
        channels: new Map(),
        send: (message) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(encode(version, message));
        },
        close: () => socket.close(),
      };
      // One after the other: a token that follows a join then finds its channel.
      let turn = Promise.resolve();
      socket.onopen = () => connections.add(connection);
      socket.onclose = () => connections.delete(connection);
      socket.onerror = () => connections.delete(connection);
      socket.onmessage = ({ data }) => {
        turn = turn
          .then(() => {
            if (typeof data !== "string") throw new Error("Binary frames are not covered");
            return handle(connection, parameters.get("apikey") ?? "", decode(version, data));
          })
          .catch((error) => {
            onError(error);
            connection.close();
          });
      };
      return response;
    },
    disconnect: () => {
      for (const connection of connections) connection.close();
    },
    close: async () => {
      for (const connection of connections) connection.close();
      await sql?.end({ timeout: 5 });
    },
  };
}
