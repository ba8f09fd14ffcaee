import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A folder for the files of one test file, removed at its end. */
export interface Scratch {
  readonly folder: string;
  /** Writes a file and returns its path. */
  readonly file: (name: string, content: string | Buffer) => string;
}

/** Makes the folder; its name begins with shakedown- and the topic. */
export function scratch(topic: string): Scratch {
  const folder = mkdtempSync(join(tmpdir(), `shakedown-${topic}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
  };
}
