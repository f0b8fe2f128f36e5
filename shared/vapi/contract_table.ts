/**
 * Form of contract.json: what a body that is sent to Vapi may be, as Vapi's OpenAPI document says.
 * scripts/contract.ts writes that file.
 */
export interface ContractTable {
  /** Which document it was made from. */
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
  /** Has the keys of this shape, `without` some. */
  like?: string;
  without?: string[];
}

/**
 * What a value may be: "string", "number", "integer", "boolean", "object" (of any keys), "any",
 * "null"; "#Server", a shape; "=Server.url", the same as that key of that shape; or a `Node`.
 */
export type Kind = string | Node;

/** Has the parts of one of the kinds that are listed here. */
export interface Node {
  /** One of these. */
  enum?: (string | number)[];
  /** An array of it. */
  list?: Kind;
  /** An object with any keys, each of which has it. */
  map?: Kind;
  /** One of several. */
  or?: Kind[];
  /** An object that is told apart by the value of this key: `cases` has its shape's name. */
  by?: string;
  cases?: Record<string, string>;
  /** "string", "number" or "integer" within limits: of length for a string, else of size. */
  type?: string;
  min?: number;
  max?: number;
  /** Regular expression. */
  pattern?: string;
  /** "uuid", "date-time", "uri" */
  format?: string;
}
