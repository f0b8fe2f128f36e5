import fc from "fast-check";
import assert from "node:assert/strict";
import { listPages } from "./resource.ts";

interface Item {
  id: string;
  createdAt: string;
}

/** Items created at these times (ms); ids in order of the list. */
const itemsAt = (times: readonly number[]): Item[] =>
  times.map((ms, i) => ({ id: `id-${i}`, createdAt: new Date(ms).toISOString() }));

interface ServerOptions {
  order?: "newest first" | "oldest first" | "as given";
  /** What the server makes of the limit that it is sent. */
  cap?: (limit: number) => number;
}

/** A list endpoint like Vapi's: filters, orders, cuts. `queries` records its requests. */
function server(
  items: Item[],
  { order = "newest first", cap = (limit) => limit }: ServerOptions = {},
) {
  const queries: string[] = [];
  const fetchPage = (query: string) => {
    queries.push(query);
    const search = new URLSearchParams(query);
    const atMost = Date.parse(search.get("createdAtLe") ?? "9999-01-01");
    const atLeast = Date.parse(search.get("createdAtGe") ?? "0001-01-01");
    const sign = order === "newest first" ? -1 : order === "oldest first" ? 1 : 0;
    const page = items
      .filter(({ createdAt }) =>
        Date.parse(createdAt) <= atMost && Date.parse(createdAt) >= atLeast
      )
      .sort((a, b) => sign * (Date.parse(a.createdAt) - Date.parse(b.createdAt)))
      .slice(0, cap(Number(search.get("limit"))));
    return Promise.resolve(page);
  };
  return { queries, fetchPage };
}

async function idsOf(
  fetchPage: (query: string) => Promise<Item[]>,
  pageSize?: number,
): Promise<string[]> {
  const ids: string[] = [];
  const options = {
    operation: "tools.list",
    fetchPage,
    ...(pageSize === undefined ? {} : { pageSize }),
  };
  for await (const page of listPages(options)) ids.push(...page.map(({ id }) => id));
  return ids;
}

Deno.test("listPages() asks once for a list that fits a page, with the largest limit", async () => {
  const { queries, fetchPage } = server(itemsAt([1, 2, 3]));
  assert.equal((await idsOf(fetchPage)).length, 3);
  assert.deepEqual(queries, ["?limit=1000"]);
});

Deno.test("listPages() yields nothing for an empty list", async () => {
  assert.deepEqual(await idsOf(server([]).fetchPage), []);
});

Deno.test("listPages() finds every item once, in either order, whatever the times", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 }),
    fc.integer({ min: 1, max: 20 }),
    fc.constantFrom("newest first" as const, "oldest first" as const),
    async (times, pageSize, order) => {
      const items = itemsAt(times);
      const ids = await idsOf(server(items, { order }).fetchPage, pageSize);
      assert.deepEqual(ids.toSorted(), items.map(({ id }) => id).toSorted());
    },
  ));
});

Deno.test("listPages() widens the page when one instant fills it", async () => {
  const { queries, fetchPage } = server(itemsAt([5, 5, 5, 5, 5, 4]));
  assert.equal((await idsOf(fetchPage, 2)).length, 6);
  assert.ok(queries.at(-1)?.includes("limit=1000"));
});

Deno.test("listPages() throws list_incomplete rather than leave items out", async () => {
  const sameInstant = server(itemsAt(new Array(1_001).fill(5)));
  await assert.rejects(() => idsOf(sameInstant.fetchPage), { code: "list_incomplete" });
  const cursorStuck = server(itemsAt([...new Array(999).fill(8_001), 8_000, 8_000, 7_000]));
  await assert.rejects(() => idsOf(cursorStuck.fetchPage), { code: "list_incomplete" });
  const unordered = server(itemsAt([5, 1, 9, 7]), { order: "as given" });
  await assert.rejects(() => idsOf(unordered.fetchPage, 3), { code: "list_incomplete" });
});

Deno.test("listPages() goes on after 100 items even if its limit was ignored", async () => {
  const times = Array.from({ length: 250 }, (_, i) => i);
  const { fetchPage } = server(itemsAt(times), { cap: () => 100 });
  assert.equal((await idsOf(fetchPage)).length, 250);
});

Deno.test("listPages() takes exactly 100 items of one instant for all there are", async () => {
  assert.equal((await idsOf(server(itemsAt(new Array(100).fill(5))).fetchPage)).length, 100);
});

Deno.test("listPages() includes what shares the last millisecond though it is older within it", async () => {
  const { queries, fetchPage } = server(itemsAt([9_000, 8_000, 7_000]));
  await idsOf(fetchPage, 2);
  assert.equal(
    queries[1],
    `?limit=2&createdAtLe=${encodeURIComponent("1970-01-01T00:00:08.001Z")}`,
  );
});

Deno.test("listPages() is lazy: it asks for a page when it is wanted", async () => {
  const { queries, fetchPage } = server(itemsAt([1, 2, 3, 4, 5]));
  for await (const _page of listPages({ operation: "tools.list", fetchPage, pageSize: 2 })) break;
  assert.equal(queries.length, 1);
});
