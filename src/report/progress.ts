/** Where progress goes: standard error, as standard output holds results. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A line that tells how far a command is. */
export interface Progress {
  /** Says where the work stands. On a terminal it rewrites one line, otherwise it prints a line every few seconds. */
  update(text: string): void;
  /** Prints a line that stays. */
  note(text: string): void;
  /** Ends the line; `text`, if any, stays. */
  done(text?: string): void;
}

const TERMINAL_EVERY_MS = 100;
const PLAIN_EVERY_MS = 5000;
const ERASE_LINE = "\r\u001b[2K";

/** Starts a progress line. `now` gives milliseconds of a steady clock. */
export function startProgress(
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
): Progress {
  const terminal = stream.isTTY === true;
  const everyMs = terminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS;
  let last = Number.NEGATIVE_INFINITY;
  let shown = false;
  const erase = (): void => {
    if (terminal && shown) stream.write(ERASE_LINE);
    shown = false;
  };
  const note = (text: string): void => {
    erase();
    stream.write(`${text}\n`);
  };
  return {
    update(text) {
      if (now() - last < everyMs) return;
      last = now();
      if (!terminal) stream.write(`${text}\n`);
      else stream.write(ERASE_LINE + text.slice(0, (stream.columns ?? 80) - 1));
      shown = true;
    },
    note,
    done(text) {
      if (text === undefined) erase();
      else note(text);
    },
  };
}
