/** Who is signed in. If a session ends by itself, the page stays as it is, and the password is requested again. */
import { computed, signal } from "@preact/signals";
import { ApiError } from "../client/api_error.ts";
import { type Client, connect } from "../client/client.ts";
import type { Config } from "./config.ts";

export interface Person {
  readonly id: string;
  readonly email: string;
}

/** `undefined` until it is known. */
export const person = signal<Person | null | undefined>(undefined);
/** The session ended without the person's doing. */
export const hasExpired = signal(false);
const connected = signal<Client | null>(null);

/** Throws before `openProject`. */
export const client = computed<Client>(() => {
  if (connected.value === null) throw new Error("Cannot ask: no project is configured yet");
  return connected.value;
});

export function openProject({ url, publishableKey }: Config): void {
  const opened = connect(url, publishableKey);
  connected.value = opened;
  opened.auth.onAuthStateChange((event, session) => {
    const user = session?.user;
    if (user !== undefined) {
      if (person.value?.id !== user.id) person.value = { id: user.id, email: user.email ?? "" };
      hasExpired.value = false;
    } else if (person.value && event === "SIGNED_OUT" && !leaving) hasExpired.value = true;
    else person.value = null;
  });
}

let leaving = false;

/** Throws `ApiError`. */
export async function signIn(email: string, password: string): Promise<void> {
  const { error } = await client.value.auth.signInWithPassword({ email, password });
  if (error !== null) throw toApiError(error);
}

/** Mails a link that signs in; it opens this page. Throws `ApiError`. */
export async function mailLink(email: string): Promise<void> {
  const { error } = await client.value.auth.signInWithOtp({
    email,
    options: { shouldCreateUser: false, emailRedirectTo: location.origin + location.pathname },
  });
  if (error !== null) throw toApiError(error);
}

export async function signOut(): Promise<void> {
  leaving = true;
  try {
    await client.value.auth.signOut({ scope: "local" });
  } finally {
    leaving = false;
    person.value = null;
    hasExpired.value = false;
  }
}

/** Called with every error: a token that is no longer accepted ends the session, not the page. */
export function noteError(error: unknown): void {
  if (error instanceof ApiError && error.code === "unauthorized" && person.value) {
    hasExpired.value = true;
  }
}

function toApiError(
  error: { message: string; status?: number | undefined; code?: string | undefined },
): ApiError {
  const status = error.status ?? 0;
  return new ApiError(status === 0 ? "unreachable" : error.code ?? "error", error.message, {
    status,
  });
}
