/** The Data API as each actor of the access matrix sees it. */
import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../shared/json.ts";
import type { Stack } from "../../local/stack.ts";
import { type Actor, type ActorName, actors } from "./access/actors.ts";

interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

type Init = Omit<RequestInit, "headers"> & { headers?: Record<string, string> };

export class DataApi {
  constructor(readonly stack: Stack) {}

  async ask(
    name: ActorName,
    path: string,
    { headers, ...init }: Init = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.stack.apiUrl}/rest/v1/${path}`, {
      ...init,
      headers: {
        "content-type": "application/json",
        ...await this.#proof(actors[name]),
        ...headers,
      },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  async rows(name: ActorName, path: string): Promise<JsonObject[]> {
    const { status, text } = await this.ask(name, path);
    assert.equal(status, 200, `${name} asked for ${path}: ${text}`);
    const rows: unknown = JSON.parse(text);
    assert.ok(Array.isArray(rows));
    return rows.filter(isJsonObject);
  }

  /** 42501: PostgREST answers 401 to those who have not signed in, 403 to the others. */
  async assertRefused(name: ActorName, path: string, init: Init = {}): Promise<void> {
    const { status, text } = await this.ask(name, path, init);
    const what = `${name}: ${init.method ?? "GET"} ${path} → ${status} ${text}`;
    assert.equal(status, name === "anon" ? 401 : 403, what);
    assert.equal(JSON.parse(text).code, "42501", what);
  }

  /** As lines of a request directly to PostgREST, bypassing the gateway, which merges repeated headers. */
  async headersOf(name: ActorName): Promise<string[]> {
    return Object.entries(await this.#proof(actors[name])).map((pair) => pair.join(": "));
  }

  async #proof({ role, claims }: Actor): Promise<Record<string, string>> {
    if (role === "service_role") return { apikey: this.stack.secretKey };
    if (role === "anon") return { apikey: this.stack.publishableKey };
    const exp = Math.floor(Date.now() / 1000) + 600;
    const token = await this.stack.signJwt({ ...claims, aud: "authenticated", exp });
    return { apikey: this.stack.publishableKey, authorization: `Bearer ${token}` };
  }
}
