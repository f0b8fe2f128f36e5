/** An error of the platform itself, in the form used by hosted functions: `{code, message}`. */
export function platformError(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status });
}
