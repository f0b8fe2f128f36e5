/** A connection to a browser over Chrome's DevTools protocol. */

import { z } from "zod";

const messageSchema = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  sessionId: z.string().optional(),
  params: z.record(z.string(), z.unknown()).default({}),
  result: z.record(z.string(), z.unknown()).default({}),
  error: z.object({ message: z.string() }).optional(),
});

type Fields = Record<string, unknown>;
export type EventListener = (method: string, params: Fields) => void;

export interface Devtools {
  /** Throws if the browser refuses, or after half a minute without an answer. */
  send(method: string, params?: Fields, sessionId?: string): Promise<Fields>;
  /** Tells the events of a session. */
  listen(sessionId: string, listener: EventListener): void;
  close(): void;
}

const ANSWER_TIMEOUT_MS = 30_000;

export async function connectDevtools(url: string): Promise<Devtools> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, PromiseWithResolvers<Fields>>();
  const listeners = new Map<string, EventListener>();
  let lastId = 0;

  socket.onmessage = ({ data }) => {
    const { id, method, sessionId = "", params, result, error } = messageSchema.parse(
      JSON.parse(data),
    );
    if (id === undefined) {
      if (method !== undefined) listeners.get(sessionId)?.(method, params);
      return;
    }
    if (error === undefined) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(error.message));
    waiting.delete(id);
  };
  socket.onclose = () => {
    for (const { reject } of waiting.values()) reject(new Error("The browser has gone"));
    waiting.clear();
  };
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error(`Cannot connect to the browser at ${url}`));
  });

  return {
    send: async (method, params = {}, sessionId) => {
      const id = ++lastId;
      const answer = Promise.withResolvers<Fields>();
      waiting.set(id, answer);
      socket.send(JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) }));
      const timer = setTimeout(
        () => answer.reject(new Error(`The browser did not answer ${method}`)),
        ANSWER_TIMEOUT_MS,
      );
      try {
        return await answer.promise;
      } finally {
        clearTimeout(timer);
      }
    },
    listen: (sessionId, listener) => listeners.set(sessionId, listener),
    close: () => socket.close(),
  };
}
