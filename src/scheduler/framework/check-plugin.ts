import { InputError } from "../../base/input-error.ts";
import { cast } from "../../base/units.ts";
import { METHOD } from "./plugin-sets.ts";
import type { Plugin } from "./plugin.ts";
import { REGISTRY } from "./registry.ts";

/** Functions of a plugin besides those of its extension points. */
const HELPERS: readonly string[] = ["normalize", "unreserve", "events"];
/** Promises about a plugin's functions on which remembered verdicts rest; only in-tree plugins make them. */
const IN_TREE_ONLY: readonly string[] = ["local", "podless", "scaling", "columns"];

/** A scheduler plugin of the user's own, checked; `where` says what it comes from. */
export function checkPlugin(value: unknown, where: string): Plugin {
  if (typeof value !== "object" || value === null)
    throw new InputError(`${where}: expected a scheduler plugin, an object with a name and extension points`);
  const fields = cast<{ readonly [field: string]: unknown }>(value);
  const { name } = fields;
  if (typeof name !== "string" || !/^[A-Za-z][A-Za-z0-9.-]*$/.test(name))
    throw new InputError(`${where}: expected the plugin's name, such as "Rack", found ${JSON.stringify(name)}`);
  if (REGISTRY.some((plugin) => plugin.name === name))
    throw new InputError(`${where}: ${name} is a plugin of kube-scheduler itself; expected another name`);
  const methods: readonly string[] = Object.values(METHOD);
  let points = 0;
  for (const [field, part] of Object.entries(fields)) {
    if (field === "name") continue;
    if (IN_TREE_ONLY.includes(field))
      throw new InputError(`${where}: ${name}.${field} is for in-tree plugins; expected a plugin without it`);
    const known = methods.includes(field) || HELPERS.includes(field) || field === "extensions";
    if (!known)
      throw new InputError(
        `${where}: ${name}.${field} is unknown; expected some of ${[...methods, ...HELPERS].join(", ")}`,
      );
    if (field === "extensions" ? typeof part !== "object" : typeof part !== "function")
      throw new InputError(
        `${where}: ${name}.${field}: expected ${field === "extensions" ? "an object" : "a function"}`,
      );
    if (methods.includes(field)) points += 1;
  }
  if (points === 0)
    throw new InputError(`${where}: ${name} extends nothing; expected at least one of ${methods.join(", ")}`);
  if (fields["reserve"] !== undefined && fields["unreserve"] === undefined)
    throw new InputError(`${where}: ${name}.reserve needs unreserve; expected both functions`);
  return cast<Plugin>(value);
}
