/** The shell variables that the documentation's commands need to reach a stack. */
import type { Seed } from "./seed.ts";
import type { Stack } from "./stack.ts";

export type ShellVariables = Readonly<Record<string, string>>;

/** The variables that the README's commands name, and those of `deno task migrate` and `verify`. */
export function shellVariables(
  stack: Pick<
    Stack,
    "apiUrl" | "functionsUrl" | "publishableKey" | "secretKey" | "webhookSecret"
  >,
  { org, user }: Seed,
): ShellVariables {
  return {
    FUNCTIONS_URL: stack.functionsUrl,
    PUBLISHABLE_KEY: stack.publishableKey,
    ACCESS_TOKEN: user.accessToken,
    WEBHOOK_SECRET: stack.webhookSecret,
    ORG_ID: org.id,
    SUPABASE_URL: stack.apiUrl,
    SUPABASE_SECRET_KEY: stack.secretKey,
  };
}

/** One line that sets them in a POSIX shell, whatever their values contain. */
export function exportLine(variables: ShellVariables): string {
  const words = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`);
  return `export ${words.join(" ")}`;
}

/** One line that signs in again, in a shell that has the variables. */
export function renewLine({ email, password }: Pick<Seed["user"], "email" | "password">): string {
  const body = JSON.stringify({ email, password });
  return `export ACCESS_TOKEN=$(curl -s "$SUPABASE_URL/auth/v1/token?grant_type=password"` +
    ` -H "apikey: $PUBLISHABLE_KEY" -H "Content-Type: application/json" -d '${body}'` +
    ` | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`;
}

function quoted(value: string): string {
  return /^[\w.:/-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
