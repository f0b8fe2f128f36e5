/** Which of a developer's own variables the functions of a local stack get. */

/** Names and prefixes of our own variables; Supabase's are set by the stack. */
const passedOn = [
  ...["BACKEND_URL", "TOOL_UPDATE_STRATEGY"],
  ...["VAPI_", "TWILIO_", "GOOGLE_", "RESEND_", "ALERT_"],
];

export type ExternalServices = {
  readonly env: Readonly<Record<string, string>>;
  /** Set when a server of the developer's choice replaces Vapi. */
  readonly vapiUrl?: string;
  /** Why these variables cannot be used, in a sentence. */
  readonly problem?: string;
};

/**
 * Picks them out of the environment. Without VAPI_BASE_URL the double is used, with a key of its own: a key for the real Vapi that happens
 * to be set is not sent anywhere.
 */
export function externalServices(source: Readonly<Record<string, string>>): ExternalServices {
  const wanted = ([name, value]: [string, string]) =>
    value !== "" && passedOn.some((own) => own.endsWith("_") ? name.startsWith(own) : name === own);
  const env = Object.fromEntries(Object.entries(source).filter(wanted));
  const { VAPI_BASE_URL: vapiUrl, VAPI_PRIVATE_KEY: key, ...others } = env;
  if (vapiUrl === undefined) return { env: others };
  if (key === undefined) {
    return { env, vapiUrl, problem: "Cannot use VAPI_BASE_URL without VAPI_PRIVATE_KEY: set both" };
  }
  return { env, vapiUrl };
}
