/** Answers with what it was asked and which variables it sees. */
export default {
  async fetch(request: Request): Promise<Response> {
    return Response.json({
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
      env: Deno.env.toObject(),
    });
  },
};
