/** An error of the platform's own, in the form in which hosted functions' errors come: `{code, message}`. */
export function platformError(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status });
}
