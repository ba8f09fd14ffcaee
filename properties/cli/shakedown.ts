import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The repository. */
export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));
/** The built program. */
export const MAIN: string = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));

/** What a command said, and how it ended. */
export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the built program in the repository's folder. */
export function shakedown(...args: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [MAIN, ...args],
      { cwd: ROOT, encoding: "utf8", timeout: 300_000, maxBuffer: 1 << 28 },
      (_, out, err) => {
        resolve({ code: child.exitCode, out, err });
      },
    );
  });
}
