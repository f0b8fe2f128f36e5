/** Thrown where Twilio refuses a request; the texts are Twilio's. */
export class TwilioRefusal extends Error {
  constructor(readonly status: number, readonly code: number, message: string) {
    super(message);
  }

  get body(): Record<string, unknown> {
    return twilioError(this.status, this.code, this.message);
  }
}

export function twilioError(
  status: number,
  code: number,
  message: string,
): Record<string, unknown> {
  return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
}
