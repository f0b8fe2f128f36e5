/** Random assistants according to Vapi's document, and what happens to them. */
import assert from "node:assert/strict";
import { contractErrors, valuesOf } from "../../shared/vapi/contract.ts";
import { Random } from "../proof/storm/random.ts";
import { randomBody } from "./support/random_body.ts";
import { withDouble } from "./support/vapi_client.ts";

const SHAPES = ["CreateAssistantDTO", "CreateFunctionToolDTO", "CreateTwilioPhoneNumberDTO"];

for (const shape of SHAPES) {
  Deno.test(`a random ${shape} is legal, and the same for the same seed`, () => {
    for (let seed = 0; seed < 300; seed++) {
      const body = randomBody(new Random(seed), shape);
      assert.deepEqual(contractErrors(shape, body), [], JSON.stringify(body));
      assert.deepEqual(randomBody(new Random(seed), shape), body);
    }
  });
}

Deno.test("random assistants have every provider of models, voices and transcribers", () => {
  const random = new Random(1);
  const bodies = Array.from({ length: 1000 }, () => randomBody(random, "CreateAssistantDTO"));
  for (const key of ["model", "voice", "transcriber"]) {
    const providers = new Set(bodies.map((body) => Reflect.get(Object(body[key]), "provider")));
    providers.delete(undefined);
    const known = valuesOf(`CreateAssistantDTO.${key}`) ?? [];
    assert.deepEqual([...providers].sort(), known.toSorted(), key);
  }
});

Deno.test(
  "the double takes random assistants, and what it reads back of them can be sent back",
  withDouble(async ({ double, send }) => {
    const random = new Random(2);
    for (let i = 0; i < 100; i++) {
      const created = await send("POST", "/assistant", randomBody(random, "CreateAssistantDTO"));
      assert.equal(created.status, 201, JSON.stringify(created.body));
      const { model, voice, server } = Object(created.body);
      const patched = await send("PATCH", `/assistant/${created.id}`, { model, voice, server });
      assert.equal(patched.status, 200, JSON.stringify(patched.body));
      assert.deepEqual(patched.at("model"), model);
    }
    assert.deepEqual(double.refusedBodies, []);
  }),
);
