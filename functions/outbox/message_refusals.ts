/**
 * Refusals that concern one message: its number or its text. Trying again cannot help, and there is nothing for the platform's
 * operator to fix.
 *
 * Every other refusal counts as one about the account or the sender (a wrong token, an unregistered number, a trial account): the
 * job is retried and raises an alert when it dies. That is the safe side: Twilio adds and splits codes
 * (https://www.twilio.com/en-us/changelog/updates-to-the-error-code-dictionary-to-clarify-number-validatio), and a code that is
 * missing here causes noise instead of silence.
 *
 * Each is documented at https://www.twilio.com/docs/api/errors/<code>.
 */
const MESSAGE_REFUSALS: ReadonlySet<string> = new Set([
  "twilio_21211", // To is not a valid phone number
  "twilio_21265", // To is a short code
  "twilio_21266", // To is the sender itself
  "twilio_21408", // the region is not enabled for the account: a foreign number was given
  "twilio_21610", // the recipient has opted out of messages from this sender
  "twilio_21612", // To can't be reached from this sender
  "twilio_21614", // To is not a mobile number
  "twilio_21617", // the text is longer than 1,600 characters
  "twilio_21635", // To is a landline
]);

/** Whether a ServiceError's code says that this very message can never be sent. */
export function isMessageRefusal(code: string): boolean {
  return MESSAGE_REFUSALS.has(code);
}
