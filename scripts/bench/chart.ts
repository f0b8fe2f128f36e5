/** The benchmark as an SVG: one bar per figure, as a share of its target. */
import type { BenchResult } from "./result.ts";

const ROW = 30;
const LABEL = 580;
const WIDTH = 360;

export function chart(results: readonly BenchResult[], machine: string): string {
  const height = 70 + results.length * ROW;
  const scale = WIDTH / 2;
  const rows = results.map((result, index) => {
    const share = shareOfTarget(result);
    const y = 50 + index * ROW;
    const bar = Math.max(2, Math.min(share, 2) * scale);
    return [
      `<text x="${LABEL - 10}" y="${y + 14}" text-anchor="end">(${result.id}) ${
        escape(result.what)
      }</text>`,
      `<rect x="${LABEL}" y="${y}" width="${bar.toFixed(1)}" height="20" fill="${
        result.met ? "#2f9e6e" : "#d9480f"
      }"/>`,
      `<text x="${LABEL + bar + 6}" y="${y + 14}">${result.value}</text>`,
    ].join("\n  ");
  });
  const line = LABEL + scale;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${
    LABEL + WIDTH + 90
  }" height="${height}" font-family="sans-serif" font-size="12">
  <rect width="100%" height="100%" fill="#ffffff"/>
  <text x="10" y="20" font-size="14">Share of each target that is used: left of the line is better</text>
  <text x="10" y="38" fill="#666666">${escape(machine)}</text>
  ${rows.join("\n  ")}
  <line x1="${line}" x2="${line}" y1="44" y2="${
    height - 14
  }" stroke="#333333" stroke-dasharray="4 3"/>
</svg>
`;
}

/** 1 just meets the target, more misses it. */
function shareOfTarget({ value, target, met }: BenchResult): number {
  if (target === 0) return value === 0 ? 0 : 2;
  const share = value / target;
  // For a minimum, more is better.
  return met === share <= 1 ? share : 1 / share;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
