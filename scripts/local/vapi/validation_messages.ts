import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/**
 * Turns zod's issues into the messages of Vapi's validator, one per problem, each led by the
 * dotted path of the object it concerns: `property name should not exist`,
 * `model.provider must be one of the following values: …`, `server.property uri should not exist`.
 */
export function validationMessages(error: z.ZodError): string[] {
  return error.issues.flatMap(messagesOf);
}

function messagesOf(issue: Issue): string[] {
  const path = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const parent = path === "" ? "" : `${path}.`;
    return issue.keys.map((key) => `${parent}property ${key} should not exist`);
  }
  return [`${path === "" ? "body" : path} ${constraint(issue)}`];
}

function constraint(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeConstraint(issue.expected);
    case "invalid_value":
      return oneOf(issue.values);
    case "invalid_union":
      return "options" in issue && Array.isArray(issue.options)
        ? oneOf(issue.options)
        : "has an invalid value";
    case "invalid_format":
      return issue.format === "regex"
        ? `must match ${issue.pattern} regular expression`
        : `must be a valid ${issue.format}`;
    case "too_big":
      return issue.origin === "string"
        ? `must be shorter than or equal to ${issue.maximum} characters`
        : `must not be greater than ${issue.maximum}`;
    case "too_small":
      return issue.origin === "string"
        ? `must be longer than or equal to ${issue.minimum} characters`
        : `must not be less than ${issue.minimum}`;
    default:
      return issue.message;
  }
}

function oneOf(values: readonly unknown[]): string {
  return `must be one of the following values: ${values.map(String).join(", ")}`;
}

function typeConstraint(expected: string): string {
  switch (expected) {
    case "object":
    case "record":
      return "must be an object";
    case "array":
      return "must be an array";
    case "boolean":
      return "must be a boolean value";
    case "number":
      return "must be a number conforming to the specified constraints";
    case "int":
      return "must be an integer number";
    default:
      return `must be a ${expected}`;
  }
}
