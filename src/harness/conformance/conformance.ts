/** Outcome of replaying one recorded case of a real component. */
export interface CaseOutcome {
  readonly family: string;
  readonly name: string;
  /** Single recorded answers in the case; agree + disagree + notSupported = decisions. */
  readonly decisions: number;
  readonly agree: number;
  readonly disagree: number;
  readonly notSupported: number;
  /** The first differences, side by side, for `--show`. */
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly where: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Replays the recorded cases of one area (golden/<area>). */
export interface Conformance {
  readonly area: string;
  /** Whether a decoded line of a recorded file has this area's form; told from its fields alone. */
  recognises(line: { readonly [field: string]: unknown }): boolean;
  /** Replays one line. `context` is state shared over one file (e.g. a leading scenario line); starts as {}. */
  replay(line: { readonly [field: string]: unknown }, context: { [key: string]: unknown }): CaseOutcome | undefined;
  /** The family of a case when the line itself does not name it: derived from the file's base name. */
}
