/** What the editor suggests. Anything else may be typed: a save is checked by Vapi's own document. */

export const voiceProviders: readonly string[] = [
  "vapi",
  "11labs",
  "azure",
  "cartesia",
  "deepgram",
  "openai",
  "playht",
  "rime-ai",
];

const voices: Readonly<Record<string, readonly string[]>> = {
  vapi: [
    "Elliot",
    "Kylie",
    "Rohan",
    "Lily",
    "Savannah",
    "Hana",
    "Neha",
    "Cole",
    "Harry",
    "Paige",
    "Spencer",
  ],
  openai: ["alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer"],
  deepgram: ["asteria", "luna", "stella", "athena", "hera", "orion", "arcas", "perseus", "thalia"],
};

export function voicesOf(provider: string): readonly string[] {
  return voices[provider] ?? [];
}

export const languages: readonly string[] = [
  "en-US",
  "en-GB",
  "es",
  "es-MX",
  "fr",
  "de",
  "pt-BR",
  "it",
  "nl",
];
export const models: readonly string[] = ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini"];
