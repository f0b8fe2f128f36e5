/** The doubles of the services beside Vapi, and the variables that lead the functions to them. */
import { type GoogleDouble, startGoogleDouble } from "./google/mod.ts";
import { type ResendDouble, startResendDouble } from "./resend/double.ts";
import { startTwilioDouble, type TwilioDouble, type TwilioDoubleOptions } from "./twilio/mod.ts";

export interface IntegrationsOptions {
  twilio?: TwilioDoubleOptions;
  /** Public base URL of the functions. Where they really listen goes into `twilio.publicHosts`. */
  backendUrl: string;
}

/** Running doubles. */
export interface Integrations {
  readonly twilio: TwilioDouble;
  readonly google: GoogleDouble;
  readonly resend: ResendDouble;
  /** For the functions' environment. */
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

export async function startIntegrations(options: IntegrationsOptions): Promise<Integrations> {
  const [twilio, google, resend] = await Promise.all([
    startTwilioDouble({ inboundUrl: `${options.backendUrl}/sms-inbound`, ...options.twilio }),
    startGoogleDouble(),
    startResendDouble(),
  ]);
  return {
    twilio,
    google,
    resend,
    env: { ...twilio.env, ...google.env, ...resend.env },
    async close() {
      await Promise.all([twilio.close(), google.close(), resend.close()]);
    },
  };
}
