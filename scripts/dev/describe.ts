/** What `deno task dev` prints when everything runs. */

import { exportLine, renewLine, shellVariables } from "../local/shell_variables.ts";
import type { Seed, SeededAgent } from "../local/seed.ts";

/** As `--json` prints it. */
export type Summary = Seed & {
  readonly consoleUrl: string;
  readonly apiUrl: string;
  readonly functionsUrl: string;
  readonly openapiUrl: string;
  readonly dbUrl: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly vapiUrl: string;
  /** Null if another server replaces the double. */
  readonly vapiKey: string | null;
  /** The console's page of everything sent to Twilio, Resend and Google. */
  readonly textsUrl: string;
  readonly webhookSecret: string;
  readonly agents: readonly SeededAgent[];
};

export function describe(summary: Summary): string {
  const { org, user, agents } = summary;
  const rows: (readonly [string, string])[] = [
    ["Console", summary.consoleUrl],
    ["  sign in as", `${user.email} / ${user.password}`],
    ["  texts sent", summary.textsUrl],
    ["API", summary.apiUrl],
    ["  functions", summary.functionsUrl],
    ["  OpenAPI", summary.openapiUrl],
    ["  publishable", summary.publishableKey],
    ["  secret", summary.secretKey],
    ["Database", summary.dbUrl],
    ["Vapi", `${summary.vapiUrl}${summary.vapiKey === null ? "" : ", a double of it"}`],
    ...(summary.vapiKey === null ? [] : [["  key", summary.vapiKey] as const]),
    ["  webhooks", summary.webhookSecret],
    ["Organization", `${org.name} (${org.id})`],
    ...agents.map(({ name, id, assistantId }) =>
      ["  agent", `${name} (${id}), assistant ${assistantId ?? "not made yet"}`] as const
    ),
  ];
  return [
    "",
    ...rows.map(([name, value]) => `${name.padEnd(15)}${value}`),
    "",
    "For another shell, to try the commands of the README:",
    "",
    exportLine(shellVariables(summary, summary)),
    "",
    "The access token in it is valid for an hour. To get another one, in that shell:",
    "",
    renewLine(user),
    "",
    "Ctrl-C ends everything.",
  ].join("\n");
}
