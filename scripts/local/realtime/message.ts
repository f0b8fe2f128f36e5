/** Messages of Phoenix channels, in both forms that Supabase's clients use. */
import { z } from "zod";

export type Message = {
  /** The join that it belongs to, and the message that it answers, by the client's numbers. */
  readonly joinRef: string | null;
  readonly ref: string | null;
  /** `phoenix`, or `realtime:<topic>`. */
  readonly topic: string;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
};

/** `1.0.0`: an object. `2.0.0`: a list, and in binary frames what clients broadcast, which the stand-in does not cover. */
export type Version = "1.0.0" | "2.0.0";

const ref = z.string().nullish().transform((value) => value ?? null);
const payload = z.record(z.string(), z.unknown());
const objectSchema = z.object({
  join_ref: ref,
  ref,
  topic: z.string(),
  event: z.string(),
  payload,
});
const listSchema = z.tuple([ref, ref, z.string(), z.string(), payload]);

/** Throws if it is not a message of that version. */
export function decode(version: Version, frame: string): Message {
  const json: unknown = JSON.parse(frame);
  if (version === "1.0.0") {
    const { join_ref: joinRef, ...message } = objectSchema.parse(json);
    return { joinRef, ...message };
  }
  const [joinRef, messageRef, topic, event, payload] = listSchema.parse(json);
  return { joinRef, ref: messageRef, topic, event, payload };
}

export function encode(version: Version, { joinRef, ref, topic, event, payload }: Message): string {
  return JSON.stringify(
    version === "1.0.0"
      ? { join_ref: joinRef, ref, topic, event, payload }
      : [joinRef, ref, topic, event, payload],
  );
}
