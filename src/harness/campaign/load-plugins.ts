import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { InputError } from "../../base/input-error.ts";
import { checkPlugin } from "../../scheduler/framework/check-plugin.ts";
import type { Plugin } from "../../scheduler/framework/plugin.ts";
import { registerPlugin } from "../../scheduler/framework/registry.ts";

const require = createRequire(import.meta.url);

/** Makes the scheduler plugins of modules known; a module exports one, or a list, as default or as `plugin` or `plugins`. */
export function loadPlugins(files: readonly string[]): readonly Plugin[] {
  return files.flatMap((file) => {
    const plugins = exported(file).map((value) => checkPlugin(value, file));
    for (const plugin of plugins) registerPlugin(plugin);
    return plugins;
  });
}

function exported(file: string): readonly unknown[] {
  if (!existsSync(file)) throw new InputError(`${file} does not exist; expected a module with a scheduler plugin`);
  let module: { readonly default?: unknown; readonly plugin?: unknown; readonly plugins?: unknown };
  try {
    module = require(file);
  } catch (error) {
    const [why = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new InputError(`${file} cannot be loaded (${why}); expected a JavaScript module with a scheduler plugin`);
  }
  const found = module.plugins ?? module.plugin ?? module.default ?? module;
  return Array.isArray(found) ? found : [found];
}
