import assert from "node:assert/strict";
import { compareUrls } from "./url.ts";

const EXPECTED = "https://abcd.supabase.co/functions/v1/calendar-check";

Deno.test("compareUrls() tells the ways apart in which a URL can be wrong", () => {
  const cases = [
    [EXPECTED, null],
    ["http://localhost:54321/functions/v1/calendar-check", "localhost_url"],
    ["https://127.0.0.1/functions/v1/calendar-check", "localhost_url"],
    ["http://[::1]:8000/calendar-check", "localhost_url"],
    ["https://old-tunnel.example.com/functions/v1/calendar-check", "stale_host"],
    ["https://abcd.supabase.co/functions/v1/calendar-chekc", "wrong_path"],
    ["http://abcd.supabase.co/functions/v1/calendar-check", "insecure_url"],
    [`${EXPECTED}?token=1`, "wrong_url"],
    ["", "wrong_url"],
    ["not a url", "wrong_url"],
  ] as const;
  for (const [found, code] of cases) assert.equal(compareUrls(EXPECTED, found), code, found);
});
