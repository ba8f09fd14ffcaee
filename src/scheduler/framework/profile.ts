import { cast } from "../../base/units.ts";
import { InputError } from "../../base/input-error.ts";
import type { PluginArgs, PluginConfig } from "./args.ts";
import { pluginArgs } from "./args.ts";
import { decodeConfig } from "./decode-config.ts";
import type { ExtensionPoint } from "./names.ts";
import type { Plugin } from "./plugin.ts";
import type { Enabled, PluginSets } from "./plugin-sets.ts";
import { mergedMultiPoint, pluginsAt, scoreWeights } from "./plugin-sets.ts";
import { explicitProblem, isNeeded, multiPointProblem, overflows } from "./profile-problems.ts";
import { fitProblems } from "./validate-args.ts";
import { refuse, validateConfig } from "./validate-config.ts";
import { filtersBeside, scorersBeside } from "./without-state.ts";

/** The plugins of one schedulerName, in order, for each extension point. */
export interface Profile {
  readonly schedulerName: string;
  readonly args: PluginArgs;
  /** Arguments as they were given, by plugin: for plugins of the user's own. */
  readonly pluginConfig: { readonly [plugin: string]: { readonly [field: string]: unknown } | undefined };
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

interface RawProfile {
  readonly schedulerName?: string;
  readonly percentageOfNodesToScore?: number;
  readonly plugins?: PluginSets;
  readonly pluginConfig?: readonly PluginConfig[];
}

interface RawConfig {
  readonly percentageOfNodesToScore?: number;
  readonly podInitialBackoffSeconds?: number;
  readonly podMaxBackoffSeconds?: number;
  readonly profiles?: readonly RawProfile[];
}

/** What was read of a configuration, which never changes. */
const known = new WeakMap<object, SchedulerConfig>();
const DEFAULTS = {};

/** Reads a KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1); undefined gives the defaults. */
export function schedulerConfig(config: unknown = DEFAULTS): SchedulerConfig {
  if (typeof config !== "object" || config === null) return readConfig(config);
  let read = known.get(config);
  if (read === undefined) known.set(config, (read = readConfig(config)));
  return read;
}

function readConfig(config: unknown): SchedulerConfig {
  const decoded = decodeConfig(config);
  validateConfig(decoded);
  const raw = cast<RawConfig>(decoded);
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

function buildProfile(raw: RawProfile): Profile {
  const schedulerName = raw.schedulerName ?? "default-scheduler";
  const where = `initializing profiles: creating profile for scheduler name ${schedulerName}: `;
  const fit = raw.pluginConfig?.find(({ name }) => name === "NodeResourcesFit");
  const multiPoint = mergedMultiPoint(raw.plugins?.["multiPoint"]);
  if (fit !== undefined && isNeeded("NodeResourcesFit", multiPoint, raw.plugins ?? {}))
    refuse(fitProblems(fit.args ?? {}), `${where}initializing plugin "NodeResourcesFit": `);
  const problem = explicitProblem(raw.plugins ?? {}) ?? multiPointProblem(multiPoint, raw.plugins ?? {});
  if (problem !== undefined) throw new InputError(`${where}${problem}`);
  const profile = assembled(raw, schedulerName, multiPoint);
  const { queueSort, bind } = profile.plugins;
  const named = `profile with scheduler name "${schedulerName}"`;
  if (queueSort.length !== 1)
    throw new InputError(`${where}only one queue sort plugin required for ${named}, but got ${queueSort.length}`);
  if (bind.length === 0) throw new InputError(`${where}at least one bind plugin is needed for ${named}`);
  if (overflows([...(raw.plugins?.["score"]?.enabled ?? []), ...multiPoint]))
    throw new InputError(`${where}score plugins: total score of Score plugins could overflow`);
  return profile;
}

function assembled(raw: RawProfile, schedulerName: string, multiPoint: readonly Enabled[]): Profile {
  const at = (point: ExtensionPoint): readonly Plugin[] => pluginsAt(point, multiPoint, raw.plugins?.[point]);
  return {
    schedulerName,
    args: pluginArgs(raw.pluginConfig),
    pluginConfig: Object.fromEntries((raw.pluginConfig ?? []).map(({ name, args }) => [name, args])),
    percentageOfNodesToScore: raw.percentageOfNodesToScore,
    weights: scoreWeights(multiPoint, raw.plugins?.["score"]),
    plugins: {
      preEnqueue: at("preEnqueue"),
      queueSort: at("queueSort"),
      preFilter: at("preFilter"),
      filter: filtersBeside(at("filter"), at("preFilter")),
      postFilter: at("postFilter"),
      preScore: at("preScore"),
      score: scorersBeside(at("score"), at("preScore")),
      reserve: at("reserve"),
      permit: at("permit"),
      preBind: at("preBind"),
      bind: at("bind"),
      postBind: at("postBind"),
    },
  };
}
