/** A long list, one part at a time: what is already shown is not requested again to show more. */
import { useRef } from "preact/hooks";
import type { Page } from "../client/page.ts";
import { type Loaded, useLoad } from "./load.ts";
import { attempt } from "./ui/toast.tsx";

const PAGE_SIZE = 100;
/** As much as PostgREST answers at once. */
const MOST = 1000;

export interface Pages<Row> extends Loaded<Row[]> {
  readonly hasMore: boolean;
  more(): Promise<unknown>;
}

/** The rows of each `key`. Reloading requests everything that is shown. */
export function usePages<Row>(key: string, ask: (page: Page) => Promise<Row[]>): Pages<Row> {
  const shown = useRef({ key, count: PAGE_SIZE });
  if (shown.current.key !== key) shown.current = { key, count: PAGE_SIZE };
  const rows = useLoad(key, () => ask({ limit: Math.min(shown.current.count, MOST) }));
  const known = rows.value ?? [];
  return {
    ...rows,
    hasMore: known.length > 0 && known.length % PAGE_SIZE === 0,
    more: () =>
      attempt(async () => {
        const next = await ask({ limit: PAGE_SIZE, offset: known.length });
        shown.current.count = known.length + PAGE_SIZE;
        rows.set([...known, ...next]);
      }),
  };
}
