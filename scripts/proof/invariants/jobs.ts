import type { Observation } from "./observation.ts";

/** Design: every committed request ends succeeded, or dead with an alert. At rest nothing waits. */
export function jobViolations({ jobs, migrations }: Observation): string[] {
  const open = jobs.filter(({ status }) => status !== "dead");
  // The death of an alert's own mail raises no alert: there is nobody left to notify.
  const silent = jobs.filter(({ status, kind, alerts }) =>
    status === "dead" && kind !== "alert" && alerts === 0
  );
  return [
    ...open.map(({ queue, key, status }) => `Job ${queue} ${key} was left ${status}`),
    ...silent.map(({ queue, key }) => `Job ${queue} ${key} died without an alert`),
    ...migrations.filter(({ unsettled }) => unsettled > 0).map(({ id, unsettled }) =>
      `Migration ${id} ended with ${unsettled} agents that were not migrated`
    ),
  ];
}

/** No job should die in a run whose faults all pass. */
export function deadJobs({ jobs }: Observation): string[] {
  return jobs.filter(({ status }) => status === "dead").map(({ queue, key, last_error: error }) =>
    `Job ${queue} ${key} died: ${JSON.stringify(error)}`
  );
}
