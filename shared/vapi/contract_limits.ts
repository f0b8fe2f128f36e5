import type { Node } from "./contract_table.ts";

/** What is wrong with a value of the right type, in Vapi's words. */
export function limitErrors(node: Node, value: unknown): string[] {
  if (typeof value === "string") return [...formErrors(node, value), ...lengthErrors(node, value)];
  if (typeof value !== "number") return [];
  const { min = -Infinity, max = Infinity } = node;
  if (value < min) return [`must not be less than ${min}`];
  return value > max ? [`must not be greater than ${max}`] : [];
}

function lengthErrors({ min = 0, max = Infinity }: Node, { length }: string): string[] {
  if (length < min) return [`must be longer than or equal to ${min} characters`];
  return length > max ? [`must be shorter than or equal to ${max} characters`] : [];
}

function formErrors({ pattern, format }: Node, text: string): string[] {
  if (pattern !== undefined && !regExp(pattern).test(text)) {
    return [`must match /${pattern}/ regular expression`];
  }
  switch (format) {
    case "public-url":
      return isPublicUrl(text) ? [] : [
        `must be a valid URL. Hot tip, the protocol should be https:// or wss://, but found ${text}`,
      ];
    case "uri":
      return URL.canParse(text) ? [] : ["must be a URL address"];
    case "uuid":
      return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? [] : ["must be a UUID"];
    case "date-time":
      return Number.isNaN(Date.parse(text)) ? ["must be a valid ISO 8601 date string"] : [];
    default:
      return [];
  }
}

const compiled = new Map<string, RegExp>();

function regExp(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const made = new RegExp(pattern, "u");
  compiled.set(pattern, made);
  return made;
}

/** Vapi takes https and wss with a public host only; https://localhost is refused as http is. */
function isPublicUrl(text: string): boolean {
  if (/\s/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (protocol !== "https:" && protocol !== "wss:") return false;
  if (hostname.startsWith("127.") || hostname === "[::1]" || hostname === "0.0.0.0") return false;
  return hostname.includes(".") && !hostname.endsWith(".localhost") || hostname.startsWith("[");
}
