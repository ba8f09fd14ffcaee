/**
 * The wall's clock: the one place where the time of a served cluster touches the time outside. Virtual time itself never
 * reads it: it decides only how far virtual time goes now, when sockets get their turn and how often checkpoints are made.
 */

/** A turn that was asked for and has not come yet. */
export type Turn =
  | { readonly kind: "nap"; readonly timer: NodeJS.Timeout }
  | { readonly kind: "next"; readonly timer: NodeJS.Immediate };

/** Milliseconds since 1970, for what clients see and for keeping pace. */
export function wallNow(): number {
  return Date.now();
}

/** Milliseconds of a stopwatch that never goes back, for bounds on work. */
export function stopwatch(): number {
  return performance.now();
}

/** Calls once after so many milliseconds; at the next turn of the event loop for 0 or less. */
export function after(ms: number, call: () => void): Turn {
  if (ms <= 0) return { kind: "next", timer: setImmediate(call) };
  return { kind: "nap", timer: setTimeout(call, ms) };
}

/** Takes a turn back. */
export function cancel(turn: Turn): void {
  if (turn.kind === "nap") clearTimeout(turn.timer);
  else clearImmediate(turn.timer);
}

/** Lets sockets have their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
