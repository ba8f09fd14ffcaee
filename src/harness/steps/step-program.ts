import type { z } from "zod";
import type { Request, Response } from "../../api/request.ts";
import type { Millis } from "../../base/units.ts";
import type { Disturbance } from "../expectations/expectation.ts";
import type { CheckResult } from "./check-result.ts";

/** The answer to one request of a step; `retried`: an earlier attempt was not answered, so it may have been done twice. */
export interface StepReply {
  readonly request: Request;
  readonly response: Response;
  readonly retried: boolean;
}

/** What a step may know besides its parameters. */
export interface StepView {
  readonly now: Millis;
  /** Position of the step in the plan: a unique number. */
  readonly index: number;
}

/** Why a step goes on. "replies": the answers to all requests of the last move, in their order. */
export type StepInput =
  | { readonly type: "begin" }
  | { readonly type: "replies"; readonly replies: readonly StepReply[] }
  | { readonly type: "wake" };

/** What a step does next: exactly one of requests (at least one), waitUntil and done. */
export interface StepMove<S> {
  readonly state: S;
  readonly requests?: readonly Request[];
  readonly waitUntil?: Millis;
  readonly done?: StepResult;
  /** Told to the harness: the beginning of something, and again with `until` its end. */
  readonly disturbances?: readonly Disturbance[];
  readonly checks?: readonly CheckResult[];
}

/** How a command ended; `message` in kubectl's words. */
export interface StepResult {
  readonly ok: boolean;
  readonly message: string;
}

/** A user's command as a pure state machine. State is plain data. */
export interface StepProgram<P = unknown, S = unknown> {
  /** The word in a plan: "set-image". */
  readonly name: string;
  readonly params: z.ZodType<P>;
  start(params: P, view: StepView): S;
  next(state: S, input: StepInput, view: StepView): StepMove<S>;
}
