import { valueAt } from "./vapi_client.ts";

/** A webhook that a receiver got. */
export interface ReceivedWebhook {
  path: string;
  headers: Headers;
  text: string;
  body: unknown;
  /** Value in the body at a dotted path, such as "message.call.id". */
  at(path: string): unknown;
}

export interface TestReceiver extends AsyncDisposable {
  url: string;
  received: ReceivedWebhook[];
}

/** A server on loopback that replaces the functions: answers each webhook with `answer`. */
export function startReceiver(
  answer: (webhook: ReceivedWebhook, attempt: number) => Response | Promise<Response>,
): TestReceiver {
  const received: ReceivedWebhook[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const text = await request.text();
      const { pathname: path } = new URL(request.url);
      const body: unknown = JSON.parse(text);
      const at = (path: string) => valueAt(body, path);
      const webhook = { path, headers: request.headers, text, body, at };
      received.push(webhook);
      return await answer(webhook, received.length);
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    received,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Answers every call of a message's `toolCallList` with the same result. */
export function answerAll(result: string): (webhook: ReceivedWebhook) => Response {
  return ({ at }) => {
    const list = at("message.toolCallList");
    const calls = Array.isArray(list) ? list : [];
    return Response.json({
      results: calls.map((call) => ({
        toolCallId: valueAt(call, "id"),
        name: valueAt(call, "function.name"),
        result,
      })),
    });
  };
}
