/** The thinnest possible function: it makes the rpc that it is told to, with the service's key, and passes the answer on. */
const key = JSON.parse(Deno.env.get("SUPABASE_SECRET_KEYS") ?? "{}").default;
const rest = `${Deno.env.get("SUPABASE_URL")}/rest/v1/rpc`;

export default {
  async fetch(request: Request): Promise<Response> {
    const { name, args } = await request.json();
    const answer = await fetch(`${rest}/${name}`, {
      method: "POST",
      headers: { apikey: key, "content-type": "application/json" },
      body: JSON.stringify(args),
    });
    return new Response(await answer.text(), {
      status: answer.status,
      headers: { "content-type": "application/json" },
    });
  },
};
