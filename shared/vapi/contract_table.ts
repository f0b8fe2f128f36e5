/**
 * The format of contract.json: what a body sent to Vapi may be, according to Vapi's OpenAPI document. scripts/contract.ts writes that file.
 */
export interface ContractTable {
  /** The document that it was made from. */
  source: string;
  /** "POST /tool" → what its body may be. */
  bodies: Record<string, Kind>;
  /** By name in the document. */
  shapes: Record<string, Shape>;
}

/** An object with these keys and no other. */
export interface Shape {
  required?: string[];
  keys?: Record<string, Kind>;
  /** Has the keys of this shape, except those in `without`. */
  like?: string;
  without?: string[];
}

/**
 * What a value may be: "string", "number", "integer", "boolean", "object" (of any keys), "any",
 * "null"; "#Server", a shape; "=Server.url", the same as that key of that shape; or a `Node`.
 */
export type Kind = string | Node;

/** Has the parts of one of these kinds. */
export interface Node {
  /** One of these. */
  enum?: (string | number)[];
  /** An array of this kind. */
  list?: Kind;
  /** An object with any keys, whose values are of this kind. */
  map?: Kind;
  /** One of several. */
  or?: Kind[];
  /** An object whose kind is determined by the value of this key: `cases` names the shape for each value. */
  by?: string;
  cases?: Record<string, string>;
  /** "string", "number" or "integer" within limits: of length for a string, otherwise of value. */
  type?: string;
  min?: number;
  max?: number;
  /** Regular expression. */
  pattern?: string;
  /** "uuid", "date-time", "uri" */
  format?: string;
}
