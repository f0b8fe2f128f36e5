import { exportPKCS8, generateKeyPair } from "jose";
import { type HttpDouble, startHttpDouble } from "../double/http_double.ts";
import { answerCalendarRequest } from "./api.ts";
import { CalendarState, type EventRecord } from "./events.ts";
import { googleError } from "./refusal.ts";
import { Tokens } from "./tokens.ts";

export interface GoogleDoubleOptions {
  port?: number;
}

export interface GoogleDouble extends Pick<HttpDouble, "url" | "requests" | "faults" | "close"> {
  /** For the functions' environment. */
  readonly env: Record<string, string>;
  /** Somebody shares a calendar with the service account. */
  share(calendarId: string): CalendarState;
  /** Somebody ends that sharing. */
  unshare(calendarId: string): void;
  /** What a person sees in a calendar, by time. */
  eventsOf(calendarId: string): EventRecord[];
  revokeTokens(): void;
}

/** Starts a double of Google's token endpoint and Calendar API. */
export async function startGoogleDouble(options: GoogleDoubleOptions = {}): Promise<GoogleDouble> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const clientEmail = "booking@example-project.iam.gserviceaccount.com";
  const calendars = new Map<string, CalendarState>();
  const tokens = new Tokens({ clientEmail, publicKey, audience: () => `${server.url}/token` });
  const server = await startHttpDouble({
    answer: async (request) => {
      if (`${request.method} ${request.path}` === "POST /token") {
        return await tokens.grant(new URLSearchParams(request.text));
      }
      const scopesOf = (authorization: string | null) => tokens.scopesOf(authorization);
      return answerCalendarRequest({ calendars, scopesOf }, request);
    },
    errorBody: (status) =>
      googleError(status, status === 403 ? "rateLimitExceeded" : "backendError", "Scripted"),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const serviceAccount = {
    type: "service_account",
    client_email: clientEmail,
    private_key: await exportPKCS8(privateKey),
    token_uri: `${server.url}/token`,
  };
  return {
    ...server,
    env: {
      GOOGLE_SERVICE_ACCOUNT: JSON.stringify(serviceAccount),
      GOOGLE_BASE_URL: server.url,
    },
    share(calendarId) {
      const calendar = calendars.get(calendarId) ??
        new CalendarState();
      calendars.set(calendarId, calendar);
      return calendar;
    },
    unshare: (calendarId) => void calendars.delete(calendarId),
    eventsOf: (calendarId) => calendars.get(calendarId)?.visible ?? [],
    revokeTokens: () => tokens.revokeAll(),
  };
}
