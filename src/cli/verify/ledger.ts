import type { HistorySummary } from "../../harness/campaign/summary.ts";
import type { Violation } from "../../harness/invariants/invariant.ts";
import { aggregate } from "../../harness/findings/aggregate.ts";
import type { FindingGroup, HistoryFindings } from "../../harness/findings/aggregate.ts";

/** One broken invariant over a campaign. */
export interface Broken {
  readonly invariant: string;
  histories: number;
  /** The shortest history that breaks it. */
  index: number;
  steps: number;
  violation: Violation;
}

/** What a campaign has shown so far. */
export class Ledger {
  readonly #seed: number;
  readonly #findings: HistoryFindings[] = [];
  readonly #broken = new Map<string, Broken>();
  readonly seen: Map<string, number> = new Map();
  readonly faults: Map<string, number> = new Map();
  histories = 0;
  events = 0;
  #groups: readonly FindingGroup[] | undefined;

  constructor(seed: number) {
    this.#seed = seed;
  }

  add(summary: HistorySummary): void {
    const { index, steps, plan, findings, violations } = summary;
    this.histories += 1;
    this.events += summary.events;
    for (const name of summary.seen) this.seen.set(name, (this.seen.get(name) ?? 0) + 1);
    for (const name of summary.faults) this.faults.set(name, (this.faults.get(name) ?? 0) + 1);
    if (findings.length > 0) {
      this.#findings.push({ planId: plan, seed: this.#seed, steps, findings });
      this.#groups = undefined;
    }
    for (const violation of new Map(violations.map((one) => [one.invariant, one])).values()) {
      const known = this.#broken.get(violation.invariant);
      if (known === undefined)
        this.#broken.set(violation.invariant, {
          invariant: violation.invariant,
          histories: 1,
          index,
          steps,
          violation,
        });
      else {
        known.histories += 1;
        if (steps < known.steps) Object.assign(known, { index, steps, violation });
      }
    }
  }

  get broken(): readonly Broken[] {
    return [...this.#broken.values()].sort((a, b) => b.histories - a.histories);
  }

  /** Invariants that some history broke. */
  get violations(): number {
    return this.#broken.size;
  }

  groups(): readonly FindingGroup[] {
    this.#groups ??= aggregate(this.#findings);
    return this.#groups;
  }
}
