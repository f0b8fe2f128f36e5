/** What cannot be right about a secret or a URL, checked before it is deployed. The messages name variables, never their values. */

const SECRETS = /_(SECRET|SECRET_PREVIOUS|KEY|TOKEN)$/;
/** The URLs that we call, and the one that Vapi calls with the webhook secret. */
const URLS = ["BACKEND_URL", "VAPI_BASE_URL"];
/** What `openssl rand -hex 16` gives: 128 bits. */
const SHORTEST = 32;
/** Secrets that somebody makes up, and what is lost if they are guessed. Those issued by a service have whatever length it chose. */
const MADE_UP = {
  VAPI_WEBHOOK_SECRET: "whoever guesses it books for every clinic",
  METRICS_TOKEN: "whoever guesses it reads the platform's figures",
};

/** `isHosted`: the project is not on this machine, where plain http does no harm. */
export function secretProblems(
  variables: Readonly<Record<string, string>>,
  { isHosted }: { isHosted: boolean },
): string[] {
  const set = Object.entries(variables).filter(([, value]) => value.trim() !== "");
  const secrets = set.filter(([name]) => SECRETS.test(name));
  const madeUp = Object.entries(MADE_UP).map(([name, loss]) => ({
    name,
    loss,
    value: variables[name] ?? "",
  })).filter(({ value }) => value.trim() !== "");
  return [
    ...secrets.filter(([, value]) => /^bearer\b/i.test(value.trim())).map(([name]) =>
      `${name} begins with "Bearer": give only the key`
    ),
    ...secrets.filter(([, value]) => /[^\x21-\x7e]/.test(value.replace(/^bearer /i, ""))).map((
      [name],
    ) => `${name} contains a blank or another character that cannot be in a key`),
    ...madeUp.filter(({ value }) => visible(value) < SHORTEST).map(({ name, loss }) =>
      `${name} must have at least ${SHORTEST} characters: ${loss}. Take openssl rand -hex 32`
    ),
    ...madeUp.flatMap((one, at) =>
      secrets.filter(([name, value]) =>
        value === one.value && !madeUp.slice(0, at + 1).some((earlier) => earlier.name === name)
      ).map(([name]) => `${one.name} is the same as ${name}: whoever has one would have the other`)
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
