import { present } from "../../base/assert.ts";
import { cast } from "../../base/units.ts";
import { InputError } from "../../base/input-error.ts";
import type { PluginArgs, PluginConfig } from "./args.ts";
import { pluginArgs } from "./args.ts";
import type { ExtensionPoint } from "./names.ts";
import { EXTENSION_POINTS } from "./names.ts";
import type { Plugin } from "./plugin.ts";
import { DEFAULT_WEIGHTS, REGISTRY } from "./registry.ts";
import { validateConfig } from "./validate-config.ts";

/** The plugins of one schedulerName, in order, for each extension point. */
export interface Profile {
  readonly schedulerName: string;
  readonly args: PluginArgs;
  /** Share of nodes to find feasible; undefined: the global value. */
  readonly percentageOfNodesToScore: number | undefined;
  readonly plugins: { readonly [point in ExtensionPoint]: readonly Plugin[] };
  readonly weights: ReadonlyMap<string, number>;
}

/** What the scheduler takes from a KubeSchedulerConfiguration. */
export interface SchedulerConfig {
  /** 0: adaptive. */
  readonly percentageOfNodesToScore: number;
  readonly podInitialBackoffSeconds: number;
  readonly podMaxBackoffSeconds: number;
  /** By schedulerName. */
  readonly profiles: ReadonlyMap<string, Profile>;
}

interface PluginSet {
  readonly enabled?: readonly { readonly name: string; readonly weight?: number }[];
  readonly disabled?: readonly { readonly name: string }[];
}

interface RawProfile {
  readonly schedulerName?: string;
  readonly percentageOfNodesToScore?: number;
  readonly plugins?: { readonly [point: string]: PluginSet | undefined };
  readonly pluginConfig?: readonly PluginConfig[];
}

interface RawConfig {
  readonly percentageOfNodesToScore?: number;
  readonly podInitialBackoffSeconds?: number;
  readonly podMaxBackoffSeconds?: number;
  readonly profiles?: readonly RawProfile[];
}

/** Reads a KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1); undefined gives the defaults. */
export function schedulerConfig(config?: unknown): SchedulerConfig {
  validateConfig(config ?? {});
  const raw = cast<RawConfig>(config ?? {});
  const profiles = new Map<string, Profile>();
  const listed = raw.profiles === undefined || raw.profiles.length === 0 ? [{}] : raw.profiles;
  for (const profile of listed) {
    const built = buildProfile(profile);
    profiles.set(built.schedulerName, built);
  }
  return {
    percentageOfNodesToScore: raw.percentageOfNodesToScore ?? 0,
    podInitialBackoffSeconds: raw.podInitialBackoffSeconds ?? 1,
    podMaxBackoffSeconds: raw.podMaxBackoffSeconds ?? 10,
    profiles,
  };
}

type Enabled = { readonly name: string; readonly weight: number };

function buildProfile(raw: RawProfile): Profile {
  const schedulerName = raw.schedulerName ?? "default-scheduler";
  const problem = pluginProblem(raw);
  if (problem !== undefined) throw new InputError(`creating profile for scheduler name ${schedulerName}: ${problem}`);
  const profile = assembled(raw, schedulerName);
  const { queueSort, bind } = profile.plugins;
  const named = `profile with scheduler name "${schedulerName}"`;
  if (queueSort.length !== 1)
    throw new InputError(`only one queue sort plugin required for ${named}, but got ${queueSort.length}`);
  if (bind.length === 0) throw new InputError(`at least one bind plugin is needed for ${named}`);
  return profile;
}

/** The first enabled plugin that is unknown, not made for its extension point, or enabled twice. */
function pluginProblem({ plugins = {} }: RawProfile): string | undefined {
  for (const point of [...EXTENSION_POINTS, "multiPoint"] as const) {
    // What is enabled everywhere is missed first where nodes are prefiltered.
    const type = `${point === "multiPoint" ? "PreFilter" : point.charAt(0).toUpperCase() + point.slice(1)}Plugin`;
    const seen = new Set<string>();
    for (const { name } of plugins[point]?.enabled ?? []) {
      const plugin = REGISTRY.find((candidate) => candidate.name === name);
      if (plugin === undefined) return `${type} "${name}" does not exist`;
      if (!extendsPoint(plugin, point)) return `plugin "${name}" does not extend ${type} plugin`;
      if (seen.has(name)) return `plugin "${name}" already registered as "${type}"`;
      seen.add(name);
    }
  }
  return undefined;
}

function extendsPoint(plugin: Plugin, point: ExtensionPoint | "multiPoint"): boolean {
  if (point === "multiPoint" || point === "preBind" || point === "postBind") return true;
  return plugin[point === "queueSort" ? "compare" : point] !== undefined;
}

function assembled(raw: RawProfile, schedulerName: string): Profile {
  const multiPoint = mergedMultiPoint(raw.plugins?.["multiPoint"]);
  const at = (point: ExtensionPoint, method: keyof Plugin): readonly Plugin[] =>
    expand(multiPoint, raw.plugins?.[point], method);
  return {
    schedulerName,
    args: pluginArgs(raw.pluginConfig),
    percentageOfNodesToScore: raw.percentageOfNodesToScore,
    weights: scoreWeights(multiPoint, raw.plugins?.["score"]),
    plugins: {
      preEnqueue: at("preEnqueue", "preEnqueue"),
      queueSort: at("queueSort", "compare"),
      preFilter: at("preFilter", "preFilter"),
      filter: at("filter", "filter"),
      postFilter: at("postFilter", "postFilter"),
      preScore: at("preScore", "preScore"),
      score: at("score", "score"),
      reserve: at("reserve", "reserve"),
      permit: at("permit", "permit"),
      preBind: [],
      bind: at("bind", "bind"),
      postBind: [],
    },
  };
}

/** Default plugins without the disabled ones, re-weighted ones in their old place, then the others that were enabled. */
function mergedMultiPoint(custom: PluginSet | undefined): readonly Enabled[] {
  const disabled = new Set((custom?.disabled ?? []).map(({ name }) => name));
  const replacing = new Map((custom?.enabled ?? []).map(({ name, weight }) => [name, weight ?? 0]));
  const merged: Enabled[] = [];
  const replaced = new Set<string>();
  if (!disabled.has("*")) {
    for (const { name } of REGISTRY) {
      if (disabled.has(name)) continue;
      const weight = replacing.get(name);
      if (weight !== undefined) replaced.add(name);
      merged.push({ name, weight: weight ?? DEFAULT_WEIGHTS[name] ?? 0 });
    }
  }
  for (const { name, weight } of custom?.enabled ?? [])
    if (!replaced.has(name)) merged.push({ name, weight: weight ?? 0 });
  return merged;
}

/** The plugins of one extension point: explicit ones that override, then those of MultiPoint, then the other explicit ones. */
function expand(multiPoint: readonly Enabled[], set: PluginSet | undefined, method: keyof Plugin): readonly Plugin[] {
  const explicit = (set?.enabled ?? []).map(({ name }) => name);
  const disabled = new Set((set?.disabled ?? []).map(({ name }) => name));
  const overriding = new Set<string>();
  const general: string[] = [];
  if (!disabled.has("*")) {
    for (const { name } of multiPoint) {
      if (pluginNamed(name)[method] === undefined || disabled.has(name)) continue;
      if (explicit.includes(name)) overriding.add(name);
      else general.push(name);
    }
  }
  const names = [
    ...explicit.filter((name) => overriding.has(name)),
    ...general,
    ...explicit.filter((name) => !overriding.has(name)),
  ];
  return names.map(pluginNamed);
}

function scoreWeights(multiPoint: readonly Enabled[], set: PluginSet | undefined): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const { name, weight } of [...(set?.enabled ?? []), ...multiPoint]) {
    if (!weights.has(name)) weights.set(name, weight === undefined || weight === 0 ? 1 : weight);
  }
  return weights;
}

function pluginNamed(name: string): Plugin {
  return present(
    REGISTRY.find((candidate) => candidate.name === name),
    name,
  );
}
