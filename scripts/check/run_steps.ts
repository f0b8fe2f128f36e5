/** Runs the steps of a check in parallel, as many as the machine has processors. */

export type Outcome = {
  readonly ok: boolean;
  /** What went wrong and what to do about it; may be empty if ok. */
  readonly report: string;
};

export type Step = { readonly name: string; run(): Promise<Outcome> };

export type StepResult = Outcome & { readonly name: string; readonly ms: number };

/**
 * Runs every step, whatever happens to the others; a step that throws has failed with its message. `onDone` is called as each ends; the
 * results are in the order of the steps.
 */
export async function runSteps(
  steps: readonly Step[],
  options: { readonly atOnce: number; onDone?(result: StepResult): void },
): Promise<StepResult[]> {
  const results: StepResult[] = [];
  const waiting = steps.entries();
  const worker = async () => {
    for (const [index, step] of waiting) {
      const start = performance.now();
      const outcome = await attempt(step);
      const result = { name: step.name, ms: Math.round(performance.now() - start), ...outcome };
      results[index] = result;
      options.onDone?.(result);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, options.atOnce) }, worker));
  return results;
}

async function attempt(step: Step): Promise<Outcome> {
  try {
    return await step.run();
  } catch (error) {
    return { ok: false, report: error instanceof Error ? error.message : String(error) };
  }
}
