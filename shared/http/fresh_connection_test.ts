import assert from "node:assert/strict";
import { freshConnection } from "./fresh_connection.ts";

Deno.test("freshConnection() doesn't reuse a kept-alive connection, and leaves none behind", async () => {
  const ports: number[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request, { remoteAddr }) => {
      ports.push(remoteAddr.port);
      return new Response(request.body);
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  await (await fetch(url)).text();
  for (const body of ["first", "second"]) {
    const connection = freshConnection();
    const response = await fetch(url, { ...connection.init, method: "POST", body });
    assert.equal(await response.text(), body);
    connection.close();
  }
  assert.equal(new Set(ports).size, 3);
});
