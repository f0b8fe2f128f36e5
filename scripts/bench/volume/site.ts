/** A stack with a platform in it, and the means to run statements there and count what they read. */
import { isJsonObject, type JsonObject } from "../../../shared/json.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { Person } from "../../tests/support/person.ts";
import { timed } from "../measure.ts";
import { fillPlatform, type Platform } from "./platform.ts";
import { countEachRequest, type Reading, reading } from "./rows_read.ts";
import type { Sizes } from "./sizes.ts";
import { largeClinic, type Request, type Statement } from "./statements.ts";

/** The time limit of one of them. The limit of members and functions is 8 s. */
const REQUEST_MS = 60_000;

export class Site {
  private constructor(
    readonly stack: Stack,
    readonly platform: Platform,
    readonly people: Readonly<Record<"member" | "operator", Person>>,
  ) {}

  /** Only the statements run there: neither pg_cron nor the functions that jobs would wake. */
  static async open(sizes: Sizes): Promise<Site> {
    const stack = await startStack({ cron: false, vapi: false });
    try {
      stack.net.pause();
      await countEachRequest(stack.sql);
      const platform = await fillPlatform(stack.sql, sizes);
      const member = await Person.signUp(stack);
      await stack
        .sql`insert into members (org_id, user_id, role) values (${largeClinic}, ${member.userId}, 'owner')`;
      const operator = await Person.signUp(stack);
      await stack.sql`insert into platform_operators (user_id) values (${operator.userId})`;
      return new Site(stack, platform, { member, operator });
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.stack.close();
  }

  /** An rpc of the functions', with its answer. */
  async call(name: string, body: JsonObject): Promise<JsonObject> {
    const { status, text } = await this.#ask({ as: "service", path: `rpc/${name}`, body });
    if (status >= 300) throw new Error(`${name}: ${status} ${text}`);
    const answer: unknown = JSON.parse(text);
    if (!isJsonObject(answer)) throw new Error(`${name} answered ${text}`);
    return answer;
  }

  /** Runs the n-th sample of a statement. Throws if it is refused; a tool's refusal is an answer. */
  async run(statement: Statement, n: number): Promise<unknown> {
    const request = statement.request(n, this.platform);
    if (request.as === "clock") return await this.#byTheClock(request.sql);
    const { status, text } = await this.#ask(request);
    if (status >= 300) throw new Error(`${statement.name}: ${status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  time(statement: Statement, n: number): Promise<number> {
    return timed(() => this.run(statement, n));
  }

  read(statement: Statement, n: number): Promise<Reading> {
    return reading(this.stack.sql, () => this.run(statement, n));
  }

  async #byTheClock(statement: string): Promise<void> {
    await this.stack.sql.begin(async (sql) => {
      await sql`select pg_stat_force_next_flush()`;
      await sql.unsafe(statement);
    });
  }

  async #ask(
    { as, path, body }: Exclude<Request, { as: "clock" }>,
  ): Promise<{ status: number; text: string }> {
    const { apiUrl, secretKey, publishableKey } = this.stack;
    const response = await fetch(`${apiUrl}/rest/v1/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        "content-type": "application/json",
        ...(as === "service" ? { apikey: secretKey } : {
          apikey: publishableKey,
          authorization: `Bearer ${this.people[as].accessToken}`,
        }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_MS),
    });
    return { status: response.status, text: await response.text() };
  }
}
