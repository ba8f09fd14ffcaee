import { InputError } from "../base/input-error.ts";

/** What a command says by its exit code. */
export const EXIT = { held: 0, violated: 1, badInput: 2 } as const;

/** Runs a command: bad input is one sentence and exit code 2; a broken pipe ends quietly. */
export async function guard(work: () => Promise<void>): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.held);
  });
  try {
    await work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`shakedown: ${oneLine(error.message)}\n`);
    process.exitCode = EXIT.badInput;
  }
}

/** A text without line breaks. */
export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}
