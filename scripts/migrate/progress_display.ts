/** The progress of a run: a bar that is redrawn on a terminal, a line now and then elsewhere. */
import type { RunSummary } from "../../functions/migrate-tools/report.ts";

export interface ProgressDisplay {
  show(summary: RunSummary): void;
  /** Leaves the bar and goes on to the next line. May be called again. */
  end(): void;
}

interface Output {
  writeSync(bytes: Uint8Array): number;
}

const BAR_LENGTH = 30;
/** Percent between two lines if there is no terminal. */
const STEP = 10;

export function progressDisplay(
  output: Output,
  { isTerminal }: { isTerminal: boolean },
): ProgressDisplay {
  const write = (text: string) => output.writeSync(new TextEncoder().encode(text));
  let shownStep = -1;
  let isDrawn = false;
  return {
    show(summary) {
      const { percent, text } = progressOf(summary);
      if (isTerminal) {
        write(`\r\x1b[2K${bar(percent)} ${text}`);
        isDrawn = true;
      } else if (Math.floor(percent / STEP) > shownStep) {
        shownStep = Math.floor(percent / STEP);
        write(`${text}\n`);
      }
    },
    end() {
      if (isDrawn) write("\n");
      isDrawn = false;
    },
  };
}

/** What is to be shown of a state. */
export function progressOf({ agents, seconds, status }: RunSummary): {
  percent: number;
  text: string;
} {
  const { total, migrated, unchanged, failed } = agents;
  const settled = migrated + unchanged + failed;
  const percent = total === 0 ? 100 : Math.floor(settled / total * 100);
  const parts = [
    `${percent} %`,
    `${settled} of ${total} agents`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(settled > 0 && settled < total ? [`${remaining(seconds, settled, total)} left`] : []),
    ...(settled === total && status === "running" ? ["looking for duplicates"] : []),
  ];
  return { percent, text: parts.join(" · ") };
}

function bar(percent: number): string {
  const filled = Math.floor(percent / 100 * BAR_LENGTH);
  return `[${"█".repeat(filled)}${"░".repeat(BAR_LENGTH - filled)}]`;
}

function remaining(seconds: number, settled: number, total: number): string {
  const left = Math.ceil(seconds / settled * (total - settled));
  return left < 90 ? `${left} s` : `${Math.ceil(left / 60)} min`;
}
