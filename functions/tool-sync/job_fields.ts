import type { LogFields } from "../../shared/log.ts";
import type { SyncJob } from "../../shared/assistants/task.ts";

/** What a log line says about the jobs that it belongs to: those fields in which all of them agree. */
export function jobFields(tasks: readonly SyncJob[]): LogFields {
  const [first, ...others] = tasks.map(fieldsOf);
  return Object.fromEntries(
    Object.entries(first ?? {})
      .filter(([name, value]) => value !== null && others.every((each) => each[name] === value)),
  );
}

function fieldsOf({ id, attempts, orgId, agent, requestId, runId }: SyncJob): LogFields {
  return {
    job_id: id,
    attempt: attempts,
    org_id: orgId,
    agent_id: agent?.id ?? null,
    request_id: requestId,
    run_id: runId,
  };
}
