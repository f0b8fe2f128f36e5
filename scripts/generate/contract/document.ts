import { z } from "zod";

/** A schema in an OpenAPI document, with the parts that are read here. */
export interface DocumentSchema {
  $ref?: string | undefined;
  type?: string | undefined;
  enum?: (string | number | null)[] | undefined;
  nullable?: boolean | undefined;
  format?: string | undefined;
  pattern?: string | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  required?: string[] | undefined;
  properties?: Record<string, DocumentSchema> | undefined;
  additionalProperties?: DocumentSchema | boolean | undefined;
  items?: DocumentSchema | undefined;
  allOf?: DocumentSchema[] | undefined;
  oneOf?: DocumentSchema[] | undefined;
}

const schema: z.ZodType<DocumentSchema> = z.lazy(() =>
  z.object({
    $ref: z.string(),
    type: z.string(),
    enum: z.array(z.union([z.string(), z.number(), z.null()])),
    nullable: z.boolean(),
    format: z.string(),
    pattern: z.string(),
    minLength: z.number(),
    maxLength: z.number(),
    minimum: z.number(),
    maximum: z.number(),
    required: z.array(z.string()),
    properties: z.record(z.string(), schema),
    additionalProperties: z.union([z.boolean(), schema]),
    items: schema,
    allOf: z.array(schema),
    oneOf: z.array(schema),
  }).partial()
);

const operation = z.object({
  requestBody: z.object({
    content: z.object({ "application/json": z.object({ schema }) }),
  }).optional(),
});

/** The parts of an OpenAPI document that say what a request's body may be. */
export const documentSchema = z.object({
  info: z.object({ description: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});

export type ApiDocument = z.infer<typeof documentSchema>;

/** "#/components/schemas/Server" → "Server" */
export function referredName(ref: string): string {
  return ref.slice(ref.lastIndexOf("/") + 1);
}

/** "POST /tool" → the schema of that request's body, for every request that has one. */
export function bodiesOf({ paths }: ApiDocument): [route: string, schema: DocumentSchema][] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody }]): [string, DocumentSchema][] => {
      const route = `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
      if (requestBody === undefined) return [];
      return [[route, requestBody.content["application/json"].schema]];
    })
  );
}

/** Names of all schemas that these consist of. */
export function schemasOf(
  bodies: DocumentSchema[],
  schemas: Record<string, DocumentSchema>,
): string[] {
  const open = bodies.flatMap(references);
  const reached = new Set<string>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const found = schemas[name];
    if (reached.has(name) || found === undefined) continue;
    reached.add(name);
    open.push(...references(found));
  }
  return [...reached].sort();
}

function references(schema: DocumentSchema): string[] {
  const { $ref, properties = {}, items, allOf = [], oneOf = [], additionalProperties } = schema;
  const parts = [...Object.values(properties), ...allOf, ...oneOf];
  if (items !== undefined) parts.push(items);
  if (typeof additionalProperties === "object") parts.push(additionalProperties);
  return [...($ref === undefined ? [] : [referredName($ref)]), ...parts.flatMap(references)];
}
