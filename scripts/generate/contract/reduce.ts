import type { ContractTable, Kind, Shape } from "../../../shared/vapi/contract_table.ts";
import {
  type ApiDocument,
  bodiesOf,
  type DocumentSchema,
  referredName,
  schemasOf,
} from "./document.ts";

type Schemas = Record<string, DocumentSchema>;

/** What is known beyond the document. */
export interface Additions {
  /** "POST /squad" → the name of its body's schema. */
  bodies: Record<string, string>;
  /** Schema → key → what replaces the document's statement. */
  keys: Record<string, Record<string, Kind>>;
}

/**
 * The facts about bodies in an OpenAPI document: names of keys, kinds, enums, limits, what is
 * required, and what tells the members of a union apart.
 */
export function reduce(document: ApiDocument, additions: Additions): ContractTable {
  const { info, components: { schemas } } = document;
  const added = Object.entries(additions.bodies).map(([route, name]): [string, DocumentSchema] => [
    route,
    { $ref: name },
  ]);
  const bodies = [...bodiesOf(document), ...added];
  const shapes = Object.fromEntries(
    schemasOf(bodies.map(([, schema]) => schema), schemas).map((name): [string, Shape] => {
      const { required = [], properties = {} } = schemas[name] ?? {};
      const keys = Object.entries(properties).map(([key, value]) => [key, kindOf(value, schemas)]);
      const all = { ...Object.fromEntries(keys), ...additions.keys[name] };
      return [name, required.length === 0 ? { keys: all } : { required, keys: all }];
    }),
  );
  return {
    source: info.description,
    bodies: Object.fromEntries(bodies.map(([route, body]) => [route, kindOf(body, schemas)])),
    shapes: share(shapes),
  };
}

function kindOf(schema: DocumentSchema, schemas: Schemas): Kind {
  const kind = nonNull(schema, schemas);
  if (schema.nullable !== true) return kind;
  return { or: [kind, "null"] };
}

function nonNull(schema: DocumentSchema, schemas: Schemas): Kind {
  const { $ref, allOf, oneOf, items, type, additionalProperties } = schema;
  if ($ref !== undefined) return `#${referredName($ref)}`;
  if (oneOf !== undefined) return unionOf(oneOf, schemas);
  if (allOf !== undefined) return unionOf(allOf, schemas);
  if (type === "array") {
    return { list: items === undefined ? "any" : kindOf(items, schemas) };
  }
  if (schema.enum !== undefined) return { enum: schema.enum.filter((value) => value !== null) };
  if (typeof additionalProperties === "object") {
    return { map: kindOf(additionalProperties, schemas) };
  }
  return limited(schema);
}

function limited(schema: DocumentSchema): Kind {
  const { type = "any", format, pattern } = schema;
  const limits = {
    ...(schema.minLength === undefined ? {} : { min: schema.minLength }),
    ...(schema.maxLength === undefined ? {} : { max: schema.maxLength }),
    ...(schema.minimum === undefined ? {} : { min: schema.minimum }),
    ...(schema.maximum === undefined ? {} : { max: schema.maximum }),
    ...(pattern === undefined ? {} : { pattern: pattern.replace(/^\/(.*)\/[a-z]*$/, "$1") }),
    ...(format === undefined ? {} : { format }),
  };
  return Object.keys(limits).length === 0 ? type : { type, ...limits };
}

function unionOf(members: DocumentSchema[], schemas: Schemas): Kind {
  const kinds = [...new Set(members.map((member) => kindOf(member, schemas)))];
  const [first] = kinds;
  if (first !== undefined && kinds.length === 1) return first;
  const objects = members.flatMap(({ $ref }) => $ref === undefined ? [] : [referredName($ref)]);
  const cases = objects.length === members.length ? discriminated(objects, schemas) : null;
  if (cases !== null) return cases;
  // An enum beside any string only lists examples.
  const rest = kinds.includes("string")
    ? kinds.filter((kind) => typeof kind === "string" || kind.enum === undefined)
    : kinds;
  return rest.length === 1 && first !== undefined ? rest[0] ?? first : { or: rest };
}

/** By the key whose values distinguish the members, if there is one. */
function discriminated(names: string[], schemas: Schemas): Kind | null {
  const first = schemas[names[0] ?? ""]?.properties ?? {};
  for (const by of Object.keys(first)) {
    const values = names.map((name) => valuesOf(schemas[name]?.properties?.[by]));
    const all = values.flat();
    if (values.every(({ length }) => length > 0) && new Set(all).size === all.length) {
      const cases = names.flatMap((name, i) =>
        (values[i] ?? []).map((value): [string, string] => [String(value), name])
      );
      return { by, cases: Object.fromEntries(cases) };
    }
  }
  return null;
}

/** A small enum: a discriminator's has a value for each member and is not a list of choices. */
function valuesOf(schema: DocumentSchema | undefined): (string | number | null)[] {
  const { enum: values = [], type } = schema ?? {};
  return type === "string" && values.length <= 2 ? values : [];
}

/** Says once what occurs in several places: "=Owner.key" is the kind of that key. */
function share(shapes: Record<string, Shape>): Record<string, Shape> {
  const seen = new Map<string, string>();
  const shared: Record<string, Shape> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const twin = twinOf(name, shape, shapes);
    if (twin !== null) {
      shared[name] = { ...(shape.required && { required: shape.required }), ...twin };
      continue;
    }
    const keys = Object.entries(shape.keys ?? {}).map(([key, kind]): [string, Kind] => {
      const text = JSON.stringify(kind);
      const pointer = `=${name}.${key}`;
      const before = seen.get(text);
      if (before !== undefined) return [key, before];
      if (text.length > pointer.length + 10) seen.set(text, pointer);
      return [key, kind];
    });
    shared[name] = { ...shape, keys: Object.fromEntries(keys) };
  }
  return shared;
}

/** An earlier shape with the same keys, apart from some that this one lacks. */
function twinOf(
  name: string,
  { keys = {} }: Shape,
  shapes: Record<string, Shape>,
): Pick<Shape, "like" | "without"> | null {
  const own = Object.entries(keys).map(([key, kind]) => `${key} ${JSON.stringify(kind)}`);
  if (own.length < 4) return null;
  for (const [other, shape] of Object.entries(shapes)) {
    const theirs = new Map(
      Object.entries(shape.keys ?? {}).map((
        [key, kind],
      ) => [`${key} ${JSON.stringify(kind)}`, key]),
    );
    const isTwin = own.every((entry) => theirs.has(entry));
    const isEarlier = theirs.size > own.length || other < name;
    if (other === name || !isTwin || !isEarlier || theirs.size > own.length + 2) continue;
    const without = [...theirs].flatMap(([entry, key]) => own.includes(entry) ? [] : [key]);
    return without.length === 0 ? { like: other } : { like: other, without };
  }
  return null;
}
