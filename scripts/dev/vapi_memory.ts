/**
 * Saves the contents of the double of Vapi for the next run of `deno task dev --keep`: without it, its agents would have lost their
 * assistants.
 */

import { z } from "zod";
import type { VapiDouble } from "../local/vapi/mod.ts";
import {
  assistantSchema,
  phoneNumberSchema,
  squadSchema,
  toolSchema,
} from "../local/vapi/records.ts";

const stored = {
  id: z.string(),
  orgId: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  latestVersion: z.string(),
};
const memorySchema = z.object({
  tools: z.array(toolSchema.extend(stored)),
  assistants: z.array(assistantSchema.extend(stored)),
  phoneNumbers: z.array(phoneNumberSchema.extend(stored)),
  squads: z.array(squadSchema.extend(stored)),
});

/** Fills a new double with the contents of the file; without a file it stays empty. */
export async function recallVapi({ dashboard }: VapiDouble, file: string): Promise<void> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  const { tools, assistants, phoneNumbers, squads } = memorySchema.parse(JSON.parse(text));
  tools.forEach(dashboard.putTool);
  assistants.forEach(dashboard.putAssistant);
  phoneNumbers.forEach(dashboard.putPhoneNumber);
  squads.forEach(dashboard.putSquad);
}

const EVERY_MS = 1_000;

/** Saves after each change, and at the end. A run that is killed loses a second, which `deno task verify --fix` repairs. */
export function rememberVapi(
  { state, requests }: VapiDouble,
  file: string,
): { close(): Promise<void> } {
  let written = -1;
  const write = async () => {
    if (requests.seq === written) return;
    written = requests.seq;
    const lists = Object.entries(state).map(([name, records]) => [name, [...records.values()]]);
    // Written whole or not at all; it contains the webhook secret.
    await Deno.writeTextFile(`${file}.draft`, JSON.stringify(Object.fromEntries(lists)), {
      mode: 0o600,
    });
    await Deno.rename(`${file}.draft`, file);
  };
  let last = write();
  const timer = setInterval(() => last = last.then(write), EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await last;
      written = -1;
      await write();
    },
  };
}
