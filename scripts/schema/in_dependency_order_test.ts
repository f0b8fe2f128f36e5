import { deepEqual, throws } from "node:assert/strict";
import { inDependencyOrder } from "./in_dependency_order.ts";

const object = (oid: number, ...needs: number[]) => ({
  oid,
  name: `object ${oid}`,
  needs: new Set(needs),
});
const oids = (objects: { oid: number }[]) => objects.map(({ oid }) => oid);

Deno.test("inDependencyOrder() keeps the given order where nothing is needed", () => {
  deepEqual(oids(inDependencyOrder([object(3), object(1), object(2)])), [3, 1, 2]);
});

Deno.test("inDependencyOrder() puts an object after what it needs, as early as possible", () => {
  deepEqual(oids(inDependencyOrder([object(1, 3), object(2), object(3), object(4)])), [2, 3, 1, 4]);
});

Deno.test("inDependencyOrder() ignores what is not in the list", () => {
  deepEqual(oids(inDependencyOrder([object(1, 99)])), [1]);
});

Deno.test("inDependencyOrder() names the objects of a circle", () => {
  throws(
    () => inDependencyOrder([object(1, 2), object(2, 1), object(3)]),
    /Cannot order objects that need each other: object 1, object 2$/,
  );
});
