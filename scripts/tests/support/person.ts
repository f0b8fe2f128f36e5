/** Somebody who is signed in, and their requests to the Data API: what the console does, without its client. */
import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { type Client, connect, type ConnectOptions } from "../../../console/client/client.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../shared/json.ts";
import type { Stack } from "../../local/stack.ts";

export interface Reply {
  status: number;
  body: JsonValue;
}

let people = 0;

/** Everybody's. */
export const PASSWORD = "correct horse 1";

export class Person {
  private constructor(
    readonly stack: Stack,
    readonly userId: string,
    readonly email: string,
    readonly accessToken: string,
  ) {}

  /** Somebody new, with a confirmed address. */
  static async signUp(stack: Stack, email = `person${++people}@example.com`): Promise<Person> {
    const { userId } = await stack.signUp({ email, password: PASSWORD });
    const { accessToken } = await stack.signIn(email, PASSWORD);
    return new Person(stack, userId, email, accessToken);
  }

  /** Somebody with an account, by a link that is mailed to them. */
  static async byLink(stack: Stack, email: string): Promise<Person> {
    const asked = await fetch(`${stack.apiUrl}/auth/v1/otp`, {
      method: "POST",
      headers: { apikey: stack.publishableKey, "content-type": "application/json" },
      body: JSON.stringify({ email, create_user: false }),
    });
    assert.equal(asked.status, 200, await asked.text());
    const link = /http\S+/.exec(stack.authMails.findLast(({ to }) => to === email)?.text ?? "")
      ?.[0];
    const followed = await fetch(String(link), {
      headers: { apikey: stack.publishableKey },
      redirect: "manual",
    });
    await followed.body?.cancel();
    const { hash } = new URL(String(followed.headers.get("location")));
    const accessToken = String(new URLSearchParams(hash.slice(1)).get("access_token"));
    return new Person(stack, String(decodeJwt(accessToken).sub), email, accessToken);
  }

  /** A front end's client, after they have signed in with it. */
  async client(options: ConnectOptions = {}): Promise<Client> {
    const client = connect(this.stack.apiUrl, this.stack.publishableKey, {
      keepsSession: false,
      ...options,
    });
    const { error } = await client.auth.signInWithPassword({
      email: this.email,
      password: PASSWORD,
    });
    assert.equal(error, null);
    return client;
  }

  /** `path`: below `/rest/v1/`. Asks for the rows that were written. */
  async rest(method: string, path: string, body?: JsonValue): Promise<Reply> {
    const response = await fetch(`${this.stack.apiUrl}/rest/v1/${path}`, {
      method,
      headers: {
        apikey: this.stack.publishableKey,
        authorization: `Bearer ${this.accessToken}`,
        "content-type": "application/json",
        prefer: "return=representation",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text) };
  }

  rpc(name: string, parameters: JsonObject = {}): Promise<Reply> {
    return this.rest("POST", `rpc/${name}`, parameters);
  }

  /** The result of an rpc that succeeds with an object. */
  async does(name: string, parameters: JsonObject = {}): Promise<JsonObject> {
    const { status, body } = await this.rpc(name, parameters);
    assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
    assert.ok(isJsonObject(body), `${name}: ${JSON.stringify(body)}`);
    return body;
  }

  /** The id of a clinic that they found, in New York unless said otherwise. */
  async founds(otherwise: JsonObject = {}): Promise<string> {
    const { orgId } = await this.does("create_organization", {
      p_name: "Example Clinic",
      p_timezone: "America/New_York",
      p_country: "US",
      ...otherwise,
    });
    return String(orgId);
  }

  /** The rows of a read. */
  async rows(path: string): Promise<JsonObject[]> {
    const { status, body } = await this.rest("GET", path);
    assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
    assert.ok(Array.isArray(body), path);
    return body.filter(isJsonObject);
  }

  async isRefused(
    expected: { status: number; code: string },
    reply: Promise<Reply>,
  ): Promise<JsonObject> {
    const { status, body } = await reply;
    assert.ok(isJsonObject(body), JSON.stringify(body));
    assert.deepEqual({ status, code: body["code"] }, expected, JSON.stringify(body));
    return body;
  }
}
