const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** TwiML that replies with a text message, or with nothing: https://www.twilio.com/docs/messaging/twiml */
export function twiml(reply: string | null): Response {
  const escaped = reply?.replaceAll(/[&<>]/g, (char) => ESCAPES[char] ?? char);
  const body = escaped === undefined
    ? "<Response/>"
    : `<Response><Message>${escaped}</Message></Response>`;
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>${body}`, {
    headers: { "content-type": "text/xml" },
  });
}
