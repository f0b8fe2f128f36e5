/** A catalogue tool as the body of `POST /tool` and `PATCH /tool/:id`, and the hash that distinguishes its versions. */
import { z } from "zod";
import { canonicalize, hmacHex, sha256Hex } from "../hash.ts";
import type { ToolDefinition, ToolMessage } from "./define.ts";
import { languages } from "./readers/languages.ts";
import { DEFINITION_HEADER } from "../vapi/call_context.ts";
import { sayIn } from "./readers/speak.ts";

/** The deployment for which a tool is registered. */
export interface Deployment {
  /** Public base URL of the functions, without trailing slash. */
  backendUrl: string;
  /** Sent by Vapi with every call as `x-vapi-secret`, unless a credential replaces it. */
  webhookSecret: string;
  /** A credential stored at Vapi that authenticates its requests instead of the header. */
  credentialId?: string;
}

/** A message in one language; Vapi says the one in the language of the call. */
type SpokenContent = { type: "text"; text: string; language: string };

export type VapiToolBody = {
  type: "function";
  async: false;
  function: { name: string; description: string; parameters: VapiJsonSchema };
  server: {
    url: string;
    timeoutSeconds: number;
    backoffPlan: BackoffPlan;
    credentialId?: string;
    headers: { [name: string]: string };
  };
  messages: (ToolMessage & { contents: SpokenContent[] })[];
};

export const SECRET_HEADER = "x-vapi-secret";

/** `${backendUrl}/${slug}`: where Vapi sends the tool's calls. */
function toolUrl(tool: Pick<ToolDefinition, "slug">, backendUrl: string): string {
  return `${backendUrl}/${tool.slug}`;
}

export interface PreparedTool {
  body: VapiToolBody;
  /** SHA-256 of the definition, 64 hex characters. */
  hash: string;
}

/**
 * What is sent to Vapi, and the SHA-256 of the definition as sent, the endpoint's URL and a keyed digest of the webhook secret, so that a
 * rotated secret re-registers the tools. The secret itself is not in it. Each part is made once: making a schema adds two milliseconds to a
 * cold start.
 *
 * The tool's name is in `function.name` only: Vapi refuses a top-level `name`. `async` is false because Vapi ignores the answer of an
 * asynchronous tool.
 */
export async function prepareTools(
  tools: readonly ToolDefinition[],
  deployment: Deployment,
): Promise<PreparedTool[]> {
  const { webhookSecret, credentialId } = deployment;
  const secretDigest = await hmacHex("sha256", webhookSecret, "vapi tool definition");
  return await Promise.all(tools.map(async (tool) => {
    const body = withoutHeaders(tool, deployment);
    const hash = await sha256Hex(canonicalize({ ...body, secretDigest }));
    const headers = {
      ...(credentialId === undefined ? { [SECRET_HEADER]: webhookSecret } : {}),
      [DEFINITION_HEADER]: hash,
    };
    return { body: { ...body, server: { ...body.server, headers } }, hash };
  }));
}

/**
 * SHA-256 of what a tool shares with all others in its deployment: an answer that changes because of it says nothing about the definition.
 */
export async function deploymentHash(
  { backendUrl, webhookSecret, credentialId }: Deployment,
): Promise<string> {
  const secretDigest = await hmacHex("sha256", webhookSecret, "vapi tool deployment");
  return await sha256Hex(
    canonicalize({ backendUrl, secretDigest, credentialId: credentialId ?? null }),
  );
}

function withoutHeaders(tool: ToolDefinition, { backendUrl, credentialId }: Deployment) {
  return {
    type: "function" as const,
    async: false as const,
    function: { name: tool.name, description: tool.description, parameters: toolParameters(tool) },
    server: {
      url: toolUrl(tool, backendUrl),
      timeoutSeconds: tool.timeoutSeconds,
      backoffPlan: structuredClone(BACKOFF_PLAN),
      ...(credentialId === undefined ? {} : { credentialId }),
    },
    messages: tool.messages.map(inEachLanguage),
  };
}

/** Vapi says the one in the language of the call. */
export function inEachLanguage(message: ToolMessage): VapiToolBody["messages"][number] {
  return {
    ...message,
    contents: languages.map(({ code }) => ({
      type: "text",
      text: sayIn(code, message.content),
      language: code,
    })),
  };
}

/** The part of JSON Schema that Vapi's `function.parameters` accepts. */
export type VapiJsonSchema = {
  type: VapiJsonType;
  title?: string;
  description?: string;
  pattern?: string;
  format?: string;
  enum?: string[];
  items?: VapiJsonSchema;
  properties?: { [name: string]: VapiJsonSchema };
  required?: string[];
};

type VapiJsonType = z.infer<typeof vapiTypeSchema>;

const vapiTypeSchema = z.enum(["string", "number", "integer", "boolean", "array", "object"]);

/** Bounds and the like are checked by our own parser; how Vapi handles them is unknown, so they are not sent. */
const DROPPED = [
  "$schema",
  "additionalProperties",
  "default",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "maxItems",
  "maxLength",
  "maximum",
  "minItems",
  "minLength",
  "minimum",
  "multipleOf",
];

const FORMATS = [
  "date-time",
  "time",
  "date",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uuid",
];

const nodeSchema = z.strictObject({
  type: vapiTypeSchema,
  title: z.string().optional(),
  description: z.string().optional(),
  pattern: z.string().optional(),
  format: z.enum(FORMATS).optional(),
  enum: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});

/**
 * The JSON Schema of a tool's arguments for Vapi. Throws TypeError for anything that Vapi would refuse (`anyOf`, `const`, several types …),
 * naming its path.
 */
export function toolParameters(tool: Pick<ToolDefinition, "name" | "args">): VapiJsonSchema {
  const shape = Object.entries(tool.args).map(([name, { kind, description, optional }]) => {
    const schema = kind.schema(z).describe(description);
    return [name, optional ? schema.optional() : schema];
  });
  return reduce(z.toJSONSchema(z.object(Object.fromEntries(shape)), { io: "input" }), tool.name);
}

function reduce(schema: unknown, path: string): VapiJsonSchema {
  const kept = Object.entries(z.record(z.string(), z.unknown()).parse(schema))
    .filter(([key]) => !DROPPED.includes(key));
  const parsed = nodeSchema.safeParse(Object.fromEntries(kept));
  if (!parsed.success) {
    throw new TypeError(
      `Cannot describe ${path} to Vapi: ${
        parsed.error.issues.map((issue) => issue.message).join("; ")
      }`,
    );
  }
  const { type, title, description, pattern, format, enum: values, items, properties, required } =
    parsed.data;
  return {
    type,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    // The format says it all; zod adds a long expression of its own.
    ...(pattern === undefined || format !== undefined ? {} : { pattern }),
    ...(format === undefined ? {} : { format }),
    ...(values === undefined ? {} : { enum: values }),
    ...(items === undefined ? {} : { items: reduce(items, `${path}[]`) }),
    ...(properties === undefined ? {} : {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, node]) => [name, reduce(node, `${path}.${name}`)]),
      ),
    }),
    ...(required === undefined ? {} : { required }),
  };
}

/**
 * How Vapi repeats a failed request of its own: twice, after one and two seconds. Every call to us may come twice and takes effect once.
 * The list excludes refusals, which Vapi would otherwise repeat as well.
 */
export type BackoffPlan = {
  type: "exponential";
  maxRetries: number;
  baseDelaySeconds: number;
  excludedStatusCodes: number[];
};

/** Every status of this class that is registered with IANA. */
const CLIENT_ERRORS = [
  ...Array.from({ length: 19 }, (_, index) => 400 + index),
  ...[421, 422, 423, 424, 425, 426, 428, 429, 431, 451],
];

export const BACKOFF_PLAN: BackoffPlan = {
  type: "exponential",
  maxRetries: 2,
  baseDelaySeconds: 1,
  excludedStatusCodes: CLIENT_ERRORS,
};
