/** JSON Schema of what the document describes. */
import { z } from "zod";
import type { $ZodType } from "zod/core";
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../../../shared/json.ts";
import type { Column } from "./sql_functions.ts";

/** As callers send it (`input`), or as it is answered. Rules in code that JSON Schema cannot express are left out. */
export function schemaOf(schema: $ZodType, io: "input" | "output" = "output"): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  const plain = parseJson(JSON.stringify(rest));
  return isJsonObject(plain) ? plain : {};
}

const TYPES: Readonly<Record<string, JsonObject>> = {
  uuid: { type: "string", format: "uuid" },
  text: { type: "string" },
  date: { type: "string", format: "date" },
  "time without time zone": { type: "string", format: "time" },
  "timestamp with time zone": { type: "string", format: "date-time" },
  boolean: { type: "boolean" },
  smallint: { type: "integer" },
  integer: { type: "integer" },
  bigint: { type: "integer" },
  numeric: { type: "number" },
  "double precision": { type: "number" },
  jsonb: {},
  "text[]": { type: "array", items: { type: "string" } },
};

/** A value of Postgres as PostgREST writes it. Throws for a type that has not occurred before. */
export function schemaOfType(type: string): JsonObject {
  const schema = TYPES[type];
  if (schema === undefined) throw new Error(`Cannot describe the SQL type "${type}": add it`);
  return schema;
}

/** An object with these columns. `nullable`: SQL does not say which columns of a result may be null. */
export function schemaOfColumns(
  columns: readonly Column[],
  { nullable = false } = {},
): JsonObject {
  const properties = Object.fromEntries(
    columns.map(({ name, type }): [string, JsonValue] => {
      const schema = schemaOfType(type);
      const isKnown = typeof schema["type"] === "string";
      return [
        name,
        nullable && isKnown ? { ...schema, type: [schema["type"] ?? null, "null"] } : schema,
      ];
    }),
  );
  const required = columns.filter(({ isOptional }) => !isOptional).map(({ name }) => name);
  return { type: "object", properties, ...(required.length > 0 && { required }) };
}
