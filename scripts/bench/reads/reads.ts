/**
 * What the console reads, in the form that its client requests, beside plain SQL for the same rows: from the tables themselves, without
 * views and policies.
 */

export interface Read {
  readonly name: string;
  /** What PostgREST makes of a request of `console/client/`. */
  readonly asked: string;
  /** As one would write it by hand, for a role that sees all rows. */
  readonly plain: string;
}

/** The latest sync of an agent. */
const LATEST = `
  left join lateral (
    select id, status, attempts, last_error, requested_at, run_at from jobs
    where queue = 'tool-sync' and key = 'agent:' || agent.id order by created_at desc limit 1) job on true`;

export function readsOf(orgId: string, agentId: string, day: string): Read[] {
  const ofDay =
    `visit.org_id = '${orgId}' and visit.starts_at >= '${day} 00:00Z' and visit.starts_at < '${day} 24:00Z'`;
  return [
    {
      name: "a hundred of 500 agents",
      asked:
        `select * from agent_overview where org_id = '${orgId}' order by name, agent_id limit 100`,
      plain: `
        select agent.id as agent_id, agent.org_id, agent.name, agent.role, agent.language, agent.version, agent.synced_version,
          agent.paused_at, agent.assistant_id, job.id as sync_id,
          case when job.status = 'running' then 'syncing' when job.status = 'dead' then 'failed' when job.status = 'pending' then 'pending'
            when agent.synced_at is not null then 'synced' else 'pending' end as sync_state,
          coalesce(job.attempts, 0) as attempts, job.last_error, job.requested_at, agent.synced_at,
          jsonb_array_length(agent.drift) as drift_count, agent.created_at, agent.updated_at,
          case when job.status = 'pending' and job.run_at > now() then job.run_at end as next_attempt_at, agent.rejected_settings, agent.model_set
        from (select * from agents where org_id = '${orgId}' order by name, id limit 100) agent ${LATEST}
        order by agent.name, agent.id`,
    },
    {
      name: "an agent's syncs",
      asked:
        `select * from agent_sync_history where agent_id = '${agentId}' order by created_at desc limit 100`,
      plain: `
        select agent.id as agent_id, agent.org_id, job.id as sync_id, 'synced' as sync_state, job.attempts, job.last_error,
          job.requested_at, job.started_at, job.finished_at, job.created_at
        from agents agent join jobs job on job.queue = 'tool-sync' and job.key = 'agent:' || agent.id
        where agent.id = '${agentId}' order by job.created_at desc limit 100`,
    },
    {
      name: "a day of 10,000 visits, with patients, calendars and services",
      asked: `
        select visit.id, visit.starts_at, visit.state, to_jsonb(contact) as contacts, to_jsonb(calendar) as calendars, to_jsonb(service) as services
        from appointments visit
        left join lateral (select id, name, phone, email from contacts where id = visit.contact_id and org_id = visit.org_id) contact on true
        left join lateral (select id, name from calendars where id = visit.calendar_id and org_id = visit.org_id) calendar on true
        left join lateral (select id, name from services where id = visit.service_id and org_id = visit.org_id) service on true
        where ${ofDay} order by visit.starts_at, visit.id limit 1000`,
      plain: `
        select visit.id, visit.starts_at, visit.state,
          jsonb_build_object('id', contact.id, 'name', contact.name, 'phone', contact.phone, 'email', contact.email) as contacts,
          jsonb_build_object('id', calendar.id, 'name', calendar.name) as calendars,
          jsonb_build_object('id', service.id, 'name', service.name) as services
        from appointments visit
        join contacts contact on contact.id = visit.contact_id
        join calendars calendar on calendar.id = visit.calendar_id
        join services service on service.id = visit.service_id
        where ${ofDay} order by visit.starts_at, visit.id limit 1000`,
    },
    {
      name: "the latest hundred of 5,000 calls, with what the tools did",
      asked:
        `select * from call_log where org_id = '${orgId}' order by created_at desc, call_id limit 100`,
      plain: `
        select call.id as call_id, call.org_id, call.agent_id, agent.name as agent, call.status, call.started_at, call.ended_at,
          call.ended_reason, call.cost, call.created_at, call.claimed_without_deed,
          (select coalesce(jsonb_agg(jsonb_build_object('tool', tool, 'outcome', outcome, 'ms', ms, 'at', tool_calls.created_at)
            order by tool_calls.created_at), '[]') from tool_calls where session_id = call.vapi_call_id and org_id = call.org_id) as tools,
          (select coalesce(jsonb_agg(jsonb_build_object('appointmentId', id, 'state', state, 'startsAt', starts_at) order by starts_at), '[]')
            from appointments where call_id = call.vapi_call_id and org_id = call.org_id) as appointments
        from (select * from calls where org_id = '${orgId}' order by created_at desc, id limit 100) call
        left join agents agent on agent.id = call.agent_id
        order by call.created_at desc, call.id`,
    },
    {
      name: "usage of the tools, by day and outcome",
      asked:
        `select day, tool, outcome, calls from org_tool_usage where org_id = '${orgId}' order by day desc, tool, outcome limit 100`,
      plain: `
        select (created_at at time zone 'UTC')::date as day, tool, outcome, count(*) as calls
        from tool_calls where org_id = '${orgId}' and outcome is not null
        group by 1, 2, 3 order by day desc, tool, outcome limit 100`,
    },
  ];
}
