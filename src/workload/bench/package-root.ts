import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "../../base/assert.ts";

/** The package's folder, from the source tree as well as from dist. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    assert(above !== folder, "a package.json stands above this file");
    folder = above;
  }
  return folder;
}
