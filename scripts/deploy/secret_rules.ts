/** What can't be right about a secret or a URL, before it is deployed. The messages name variables, never their values. */

const SECRETS = /_(SECRET|SECRET_PREVIOUS|KEY|TOKEN)$/;
/** Where we call, and where Vapi calls with the webhook secret. */
const URLS = ["BACKEND_URL", "VAPI_BASE_URL"];
/** What `openssl rand -hex 16` gives: 128 bits. */
const SHORTEST_WEBHOOK_SECRET = 32;

/** `isHosted`: the project is not on this machine, where plain http does no harm. */
export function secretProblems(
  variables: Readonly<Record<string, string>>,
  { isHosted }: { isHosted: boolean },
): string[] {
  const set = Object.entries(variables).filter(([, value]) => value.trim() !== "");
  const secrets = set.filter(([name]) => SECRETS.test(name));
  const webhookSecret = variables["VAPI_WEBHOOK_SECRET"] ?? "";
  return [
    ...secrets.filter(([, value]) => /^bearer\b/i.test(value.trim())).map(([name]) =>
      `${name} begins with "Bearer": give the key alone`
    ),
    ...secrets.filter(([, value]) => /[^\x21-\x7e]/.test(value.replace(/^bearer /i, ""))).map((
      [name],
    ) => `${name} holds a blank or another character that can't be in a key`),
    ...(webhookSecret !== "" && visible(webhookSecret) < SHORTEST_WEBHOOK_SECRET
      ? [
        `VAPI_WEBHOOK_SECRET must have at least ${SHORTEST_WEBHOOK_SECRET} characters: whoever guesses it books for every clinic. ` +
        "Take openssl rand -hex 32",
      ]
      : []),
    ...secrets.filter(([name, value]) =>
      name !== "VAPI_WEBHOOK_SECRET" && webhookSecret !== "" && value === webhookSecret
    ).map(([name]) =>
      `VAPI_WEBHOOK_SECRET is the same as ${name}: whoever is told one would have the other`
    ),
    ...set.filter(([name, value]) =>
      isHosted && URLS.includes(name) && /^http:/i.test(value.trim())
    )
      .map(([name]) => `${name} must begin with https: secrets travel there`),
  ];
}

function visible(text: string): number {
  return text.replace(/[^\x21-\x7e]/g, "").length;
}
