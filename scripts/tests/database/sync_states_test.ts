/** The state of a sync has the same name in live messages, the list of agents and an agent's history, each of which has its own SQL. */

import { deepEqual } from "node:assert/strict";
import { withDatabase } from "../../schema/with_database.ts";
import { shareServer } from "../support/share_server.ts";

shareServer();

Deno.test("a sync is called the same in the history and in the list of agents as in live messages", async () => {
  const rows = await withDatabase(({ sql }) =>
    sql.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`
        insert into agents (org_id, name, role, system_prompt, synced_at)
        select gen_random_uuid(), status, 'inbound', 'You answer the phone.', now()
        from unnest('{pending, running, succeeded, superseded, dead}'::text[]) status`;
      await sql`
        insert into jobs (queue, key, org_id, status, lease_token, lease_until)
        select 'tool-sync', 'agent:' || id, org_id, name, leased.token, leased.until
        from agents left join (values ('running', gen_random_uuid(), now())) leased (status, token, until) on leased.status = name`;
      return await sql`
        select agents.name, private.sync_state(agents.name) as live, history.sync_state as history, overview.sync_state as overview
        from agents join agent_sync_history history on history.agent_id = id join agent_overview overview on overview.agent_id = id
        order by agents.name`;
    })
  );
  deepEqual(
    rows.map(({ name, live, history, overview }) => [name, live, history, overview]),
    [
      ["dead", "failed", "failed", "failed"],
      ["pending", "pending", "pending", "pending"],
      ["running", "syncing", "syncing", "syncing"],
      ["succeeded", "synced", "synced", "synced"],
      // Another sync continues it, or has done so: the agent itself is in step with the last one that ended.
      ["superseded", "superseded", "superseded", "synced"],
    ],
  );
});
