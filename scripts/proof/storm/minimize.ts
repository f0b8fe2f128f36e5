/** Finds the kinds of faults that a failure needs. */
import { storm, type StormOptions } from "./storm.ts";
import { FAULT_KINDS, type FaultKind } from "./weather.ts";

export interface MinimizeOptions extends Pick<StormOptions, "seconds" | "seed"> {
  /** Storms per candidate: the seed repeats the decisions, not the order of requests. */
  attempts: number;
  onAttempt: (kinds: readonly FaultKind[], failed: boolean) => void;
}

/** Leaves out one kind after the other as long as something still goes wrong. Null if nothing goes wrong with all of them. */
export async function minimize(
  { attempts, onAttempt, ...options }: MinimizeOptions,
): Promise<readonly FaultKind[] | null> {
  const fails = async (kinds: readonly FaultKind[]): Promise<boolean> => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const failed = await goesWrong({ ...options, kinds });
      onAttempt(kinds, failed);
      if (failed) return true;
    }
    return false;
  };

  let needed: readonly FaultKind[] = FAULT_KINDS;
  if (!await fails(needed)) return null;
  for (const kind of FAULT_KINDS) {
    const fewer = needed.filter((each) => each !== kind);
    if (await fails(fewer)) needed = fewer;
  }
  return needed;
}

async function goesWrong(options: StormOptions): Promise<boolean> {
  try {
    return (await storm(options)).violations.length > 0;
  } catch {
    return true;
  }
}
