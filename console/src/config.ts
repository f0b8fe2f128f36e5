/** The project that this page belongs to: from `config.json` beside it, or typed in. */
import { signal } from "@preact/signals";
import * as z from "zod/mini";
import { remember, remembered } from "./remember.ts";

const configSchema = z.object({
  url: z.string().check(z.refine((url) => /^https?:\/\//.test(url) && URL.canParse(url))),
  publishableKey: z.string(),
  stackUrl: z.optional(z.string()),
});
export type Config = z.infer<typeof configSchema>;

/** `undefined` while it is being loaded, `null` if it is not configured. */
export const config = signal<Config | null | undefined>(undefined);

export async function findConfig(): Promise<void> {
  config.value = await fetchConfig() ?? typedIn();
}

async function fetchConfig(): Promise<Config | null> {
  const response = await fetch("config.json", { cache: "no-cache" }).catch(() => null);
  if (!response?.ok) return null;
  const body: unknown = await response.json().catch(() => null);
  return configSchema.safeParse(body).data ?? null;
}

function typedIn(): Config | null {
  return configSchema.safeParse({
    url: remembered("url"),
    publishableKey: remembered("key"),
  }).data ?? null;
}

/** Accepts what somebody typed in; false if it is not a project's URL. */
export function useProject(url: string, publishableKey: string): boolean {
  const read = configSchema.safeParse({ url: url.replace(/\/+$/, ""), publishableKey });
  if (!read.success) return false;
  remember("url", read.data.url);
  remember("key", publishableKey);
  config.value = read.data;
  return true;
}
