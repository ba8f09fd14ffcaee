import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** A TypeScript file: its path from the repository's root, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** Folders whose code may touch files, clocks, processes and promises. */
export const EDGE_ROOMS: readonly string[] = [
  "src/cli/",
  "src/serve/",
  "src/report/",
  "src/workload/bench/",
  "src/harness/campaign/",
];

/** Every TypeScript file below the folders, sorted by path; generated ones are left out. */
export function sources(...folders: readonly string[]): readonly Source[] {
  const found: Source[] = [];
  for (const folder of folders)
    for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const path = join(folder, entry).replaceAll("\\", "/");
      if (!path.endsWith(".ts") || path.endsWith(".d.ts") || path.startsWith("src/api/types/")) continue;
      found.push({ path, text: readFileSync(path, "utf8") });
    }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether a file lies in an edge room or is a test. */
export function mayHaveEffects(path: string): boolean {
  return path.endsWith(".test.ts") || EDGE_ROOMS.some((room) => path.startsWith(room));
}

/** The text without comments; string contents stay. Line breaks are kept, so that line numbers hold. */
export function withoutComments(text: string): string {
  const pattern = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replace(pattern, (match, literal: string | undefined) => literal ?? match.replace(/[^\n]/g, ""));
}
