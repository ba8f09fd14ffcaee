import type { ExtensionPoint } from "./names.ts";
import type { Plugin } from "./plugin.ts";
import type { Enabled, PluginSets } from "./plugin-sets.ts";
import { METHOD } from "./plugin-sets.ts";
import { pluginNamed } from "./registry.ts";

/** The order in which upstream fills its extension points, which decides what it complains of first. */
const FILLED: readonly ExtensionPoint[] = [
  "preFilter",
  "filter",
  "postFilter",
  "reserve",
  "preScore",
  "score",
  "preBind",
  "bind",
  "postBind",
  "permit",
  "preEnqueue",
  "queueSort",
];

/** Whether the profile has the plugin at any extension point. */
export function isNeeded(name: string, multiPoint: readonly Enabled[], plugins: PluginSets): boolean {
  return (
    multiPoint.some((one) => one.name === name) ||
    FILLED.some((point) => plugins[point]?.enabled?.some((one) => one.name === name) === true)
  );
}

/** The first plugin enabled at one extension point that is unknown, not made for it, or there twice. */
export function explicitProblem(plugins: PluginSets): string | undefined {
  for (const point of FILLED) {
    const seen = new Set<string>();
    for (const { name = "" } of plugins[point]?.enabled ?? []) {
      const plugin = pluginNamed(name);
      if (plugin === undefined) return `${typeOf(point)} "${name}" does not exist`;
      if (!extendsPoint(plugin, point)) return `plugin "${name}" does not extend ${typeOf(point)} plugin`;
      if (seen.has(name)) return `plugin "${name}" already registered as "${typeOf(point)}"`;
      seen.add(name);
    }
  }
  return undefined;
}

/** The first plugin enabled at all its extension points that is unknown, or there twice. */
export function multiPointProblem(multiPoint: readonly Enabled[], plugins: PluginSets): string | undefined {
  for (const point of FILLED) {
    const { enabled = [], disabled = [] } = plugins[point] ?? {};
    if (disabled.some(({ name }) => name === "*")) continue;
    const seen = new Set<string>();
    for (const { name } of multiPoint) {
      const plugin = pluginNamed(name);
      if (plugin === undefined) return `${typeOf(point)} "${name}" does not exist`;
      if (!extendsPoint(plugin, point) || [...enabled, ...disabled].some((one) => one.name === name)) continue;
      if (seen.has(name)) return `plugin "${name}" already registered as "${typeOf(point)}"`;
      seen.add(name);
    }
  }
  return undefined;
}

function typeOf(point: ExtensionPoint): string {
  return `${point.charAt(0).toUpperCase()}${point.slice(1)}Plugin`;
}

function extendsPoint(plugin: Plugin, point: ExtensionPoint): boolean {
  return plugin[METHOD[point]] !== undefined;
}

/** Upstream's sum is of 64 bits: anything after a negative sum overflows it. */
export function overflows(enabled: readonly { readonly name?: string; readonly weight?: number }[]): boolean {
  const seen = new Set<string>();
  let negative = false;
  for (const { name = "", weight = 0 } of enabled) {
    if (pluginNamed(name)?.score === undefined || seen.has(name)) continue;
    seen.add(name);
    if (negative) return true;
    negative = weight < 0;
  }
  return false;
}
