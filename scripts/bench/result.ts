/** One line of the benchmark: a figure, what it is compared with, and whether the target is met. */

import type { Figures } from "./measure.ts";

export interface BenchResult {
  /** Letter of the target. */
  id: string;
  what: string;
  /** What was measured, in the unit of `target`. */
  value: number;
  /** The maximum of `value`. For a target that is a minimum, both are inverted. */
  target: number;
  met: boolean;
  /** The figures that the value comes from, in milliseconds unless their name says otherwise. */
  figures: Record<string, number>;
}

export function atMost(
  id: string,
  what: string,
  { value, target, ...figures }: { value: number; target: number } & Record<string, number>,
): BenchResult {
  return { id, what, value: round(value), target, met: value <= target, figures: rounded(figures) };
}

export function atLeast(
  id: string,
  what: string,
  { value, target, ...figures }: { value: number; target: number } & Record<string, number>,
): BenchResult {
  return { id, what, value: round(value), target, met: value >= target, figures: rounded(figures) };
}

/** A function's time divided by that of the thinnest one; divided by its SQL alone only for information. */
export function overFloor(
  id: string,
  what: string,
  { throughFunction, floor, straight }: Record<"throughFunction" | "floor" | "straight", Figures>,
  { target, figure }: { target: number; figure: "medianMs" | "p99Ms" },
): BenchResult {
  return atMost(id, what, {
    value: throughFunction[figure] / floor[figure],
    target,
    throughFunction: throughFunction[figure],
    floor: floor[figure],
    straight: straight[figure],
    overStraight: throughFunction[figure] / straight[figure],
    spread: throughFunction.spreadMs,
    floorSpread: floor.spreadMs,
  });
}

function rounded(figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, round(value)]));
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
