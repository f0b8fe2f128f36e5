/** The doubles of the services besides Vapi, and the variables that direct the functions to them. */
import { type GoogleDouble, type GoogleDoubleOptions, startGoogleDouble } from "./google/mod.ts";
import { type ResendDouble, type ResendDoubleOptions, startResendDouble } from "./resend/double.ts";
import { startTwilioDouble, type TwilioDouble, type TwilioDoubleOptions } from "./twilio/mod.ts";

export interface IntegrationsOptions {
  twilio?: TwilioDoubleOptions;
  google?: GoogleDoubleOptions;
  resend?: ResendDoubleOptions;
}

/** Running doubles. */
export interface Integrations {
  readonly twilio: TwilioDouble;
  readonly google: GoogleDouble;
  readonly resend: ResendDouble;
  /** For the functions' environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Like `env`, without the services for which somebody has set variables of their own. */
  envBeside(own: Readonly<Record<string, string>>): Record<string, string>;
  close(): Promise<void>;
}

/** Variables of each service; the first prefix tells whether somebody has set up the real one. */
const SERVICES = [["TWILIO_"], ["GOOGLE_"], ["RESEND_", "ALERT_EMAIL_"]] as const;

/**
 * Starts them. Twilio calls the functions at `backendUrl`, their public URL: where they really listen is added to `twilio.publicHosts`.
 */
export async function startIntegrations(
  backendUrl: string,
  options: IntegrationsOptions = {},
): Promise<Integrations> {
  const [twilio, google, resend] = await Promise.all([
    startTwilioDouble({ inboundUrl: `${backendUrl}/sms-inbound`, ...options.twilio }),
    startGoogleDouble(options.google),
    startResendDouble(options.resend),
  ]);
  const env = { ...twilio.env, ...google.env, ...resend.env };
  return {
    twilio,
    google,
    resend,
    env,
    envBeside(own) {
      const isOwn = (prefix: string) => Object.keys(own).some((name) => name.startsWith(prefix));
      const replaced = SERVICES.filter(([prefix]) => isOwn(prefix)).flat();
      return Object.fromEntries(
        Object.entries(env).filter(([name]) => !replaced.some((prefix) => name.startsWith(prefix))),
      );
    },
    async close() {
      await Promise.all([twilio.close(), google.close(), resend.close()]);
    },
  };
}
