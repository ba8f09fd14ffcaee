import { present } from "../../base/assert.ts";
import type { ExtensionPoint } from "./names.ts";
import type { Plugin } from "./plugin.ts";
import { DEFAULT_WEIGHTS, pluginNamed, REGISTRY } from "./registry.ts";

/** What a configuration says of one extension point. */
export interface PluginSet {
  readonly enabled?: readonly { readonly name?: string; readonly weight?: number }[];
  readonly disabled?: readonly { readonly name?: string }[];
}

/** The sets of a profile, by extension point or "multiPoint". */
export type PluginSets = { readonly [point: string]: PluginSet | undefined };

/** A plugin that is enabled wherever it has something to say. */
export interface Enabled {
  readonly name: string;
  readonly weight: number;
}

/** The method with which a plugin takes part in an extension point. */
export const METHOD: { readonly [point in ExtensionPoint]: keyof Plugin } = {
  preEnqueue: "preEnqueue",
  queueSort: "compare",
  preFilter: "preFilter",
  filter: "filter",
  postFilter: "postFilter",
  preScore: "preScore",
  score: "score",
  reserve: "reserve",
  permit: "permit",
  preBind: "preBind",
  bind: "bind",
  postBind: "postBind",
};

/** Default plugins without the disabled ones, re-weighted ones in their old place, then the others that were enabled. */
export function mergedMultiPoint(custom: PluginSet | undefined): readonly Enabled[] {
  const enabled = custom?.enabled ?? [];
  const disabled = new Set((custom?.disabled ?? []).map(({ name }) => name));
  const last = new Map(enabled.map(({ name = "" }, i) => [name, i]));
  const merged: Enabled[] = [];
  const replaced = new Set<number>();
  if (!disabled.has("*")) {
    for (const { name } of REGISTRY) {
      if (disabled.has(name)) continue;
      const i = last.get(name);
      if (i !== undefined) replaced.add(i);
      merged.push({ name, weight: i === undefined ? (DEFAULT_WEIGHTS[name] ?? 0) : (enabled[i]?.weight ?? 0) });
    }
  }
  for (const [i, { name = "", weight = 0 }] of enabled.entries()) if (!replaced.has(i)) merged.push({ name, weight });
  return merged;
}

/** The plugins of one extension point: explicit ones that override, then those of MultiPoint, then the other explicit ones. */
export function pluginsAt(
  point: ExtensionPoint,
  multiPoint: readonly Enabled[],
  set: PluginSet | undefined,
): readonly Plugin[] {
  const explicit = (set?.enabled ?? []).map(({ name = "" }) => name);
  const disabled = new Set((set?.disabled ?? []).map(({ name }) => name));
  const overriding = new Set<string>();
  const general: string[] = [];
  if (!disabled.has("*")) {
    for (const { name } of multiPoint) {
      if (pluginNamed(name)?.[METHOD[point]] === undefined || disabled.has(name)) continue;
      if (explicit.includes(name)) overriding.add(name);
      else general.push(name);
    }
  }
  const names = [
    ...explicit.filter((name) => overriding.has(name)),
    ...general,
    ...explicit.filter((name) => !overriding.has(name)),
  ];
  return names.map((name) => present(pluginNamed(name), name));
}

/** Weights of the score plugins; what is said of Score itself goes before MultiPoint, and 0 stands for 1. */
export function scoreWeights(multiPoint: readonly Enabled[], set: PluginSet | undefined): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const { name = "", weight = 0 } of [...(set?.enabled ?? []), ...multiPoint])
    if (!weights.has(name)) weights.set(name, weight === 0 ? 1 : weight);
  return weights;
}
