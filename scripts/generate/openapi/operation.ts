/** Parts that the document's operations share. */
import type { JsonObject, JsonValue } from "../../../shared/json.ts";

export type Tag = "people" | "operators" | "reads" | "agents" | "tools" | "platform";
export type Security = "user" | "secretKey" | "metrics" | "vapi" | "twilio" | "none";

/** Names of schemes in `components.securitySchemes`; all of one entry are needed. */
const SECURITY: Readonly<Record<Security, JsonValue>> = {
  user: [{ publishableKey: [], userToken: [] }],
  secretKey: [{ secretKey: [] }],
  metrics: [{ metricsToken: [] }, { secretKey: [] }],
  vapi: [{ vapiSecret: [] }],
  twilio: [{ twilioSignature: [] }],
  none: [],
};

export interface Operation {
  id: string;
  tag: Tag;
  security: Security;
  summary: string;
  description?: string;
  parameters?: JsonValue[];
  body?: JsonObject;
  bodyType?: string;
  answer: JsonObject;
  answerType?: string;
  /** Of a success. */
  status?: string;
  /** Which component describes a refusal. */
  refusal: "Refusal" | "DatabaseRefusal";
}

export function operation(of: Operation): JsonObject {
  const { bodyType = "application/json", answerType = "application/json", status = "200" } = of;
  return {
    operationId: of.id,
    tags: [of.tag],
    summary: of.summary,
    ...(of.description !== undefined && { description: of.description }),
    security: SECURITY[of.security],
    ...(of.parameters && { parameters: of.parameters }),
    ...(of.body &&
      { requestBody: { required: true, content: { [bodyType]: { schema: of.body } } } }),
    responses: {
      [status]: {
        description: "What was asked for",
        content: { [answerType]: { schema: of.answer } },
      },
      default: {
        description: "It was not done",
        content: { "application/json": { schema: { $ref: `#/components/schemas/${of.refusal}` } } },
      },
    },
  };
}
