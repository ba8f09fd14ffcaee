import { resolve } from "node:path";
import type { Command } from "commander";
import { InputError } from "../base/input-error.ts";
import { loadPlugins } from "../harness/campaign/load-plugins.ts";
import type { Plan, SchedulerPlan } from "../harness/plan/plan.ts";
import { checkSchedulerConfig, parseSchedulerConfig } from "../harness/plan/scheduler-config.ts";
import type { Plugin } from "../scheduler/framework/plugin.ts";
import { schedulerConfig } from "../scheduler/framework/profile.ts";
import { readText } from "./read.ts";

type Config = { readonly [field: string]: unknown };

/** What the command line says of the scheduler. */
export interface SchedulerOptions {
  readonly config?: string;
  readonly plugin?: readonly string[];
}

/** Adds --config and --plugin to a command. */
export function addSchedulerOptions(command: Command): Command {
  return command
    .option("--config <file>", "a KubeSchedulerConfiguration for the scheduler")
    .option(
      "--plugin <file>",
      "a module with a scheduler plugin of your own; several times for several",
      (file: string, before: readonly string[] = []) => [...before, file],
    );
}

/** The configuration and the plugins that were named, read, checked and made known. */
export function readSchedulerOptions({ config, plugin = [] }: SchedulerOptions): {
  readonly config?: Config;
  readonly plugins?: readonly string[];
} {
  const files = plugin.map((file) => resolve(file));
  const plugins = loadPlugins(files);
  const read = config === undefined ? undefined : readSchedulerConfig(config);
  const given = read ?? (plugins.length === 0 ? undefined : enabling(plugins));
  if (config !== undefined && read !== undefined) checkEnabled(plugins, [read], config);
  return { ...(given !== undefined && { config: given }), ...(files.length > 0 && { plugins: files }) };
}

/** A plan with the scheduler of the command line: its first one has the configuration, and its plugins are more. */
export function withScheduler(plan: Plan, options: SchedulerOptions, file: string): Plan {
  const { spec } = plan;
  const { config, plugins } = readSchedulerOptions(options);
  if (config === undefined) return plan;
  const own = spec.cluster.schedulers;
  const [first = { name: "kube-scheduler" }, ...others] = own ?? [];
  const keeps = options.config === undefined && own !== undefined;
  const schedulers: readonly SchedulerPlan[] = keeps ? own : [{ ...first, config }, ...others];
  if (keeps)
    checkEnabled(
      loadPlugins(plugins ?? []),
      own.map((one) => one.config ?? {}),
      file,
    );
  const all = [...new Set([...(spec.plugins ?? []), ...(plugins ?? [])])];
  return {
    ...plan,
    spec: { ...spec, cluster: { ...spec.cluster, schedulers }, ...(all.length > 0 && { plugins: all }) },
  };
}

/** A KubeSchedulerConfiguration from a file, as it is, checked by building its profiles. */
function readSchedulerConfig(file: string): Config {
  const config = parseSchedulerConfig(readText(file), file);
  checkSchedulerConfig(config, file);
  return config;
}

/** The default profile with the plugins at all their extension points; one that sorts the queue takes PrioritySort's place. */
function enabling(plugins: readonly Plugin[]): Config {
  const sorts = plugins.some(({ compare }) => compare !== undefined);
  return {
    apiVersion: "kubescheduler.config.k8s.io/v1",
    kind: "KubeSchedulerConfiguration",
    profiles: [
      {
        schedulerName: "default-scheduler",
        plugins: {
          multiPoint: { enabled: plugins.map(({ name }) => ({ name })) },
          ...(sorts && { queueSort: { disabled: [{ name: "PrioritySort" }] } }),
        },
      },
    ],
  };
}

function checkEnabled(plugins: readonly Plugin[], configs: readonly Config[], file: string): void {
  const enabled = new Set<string>();
  for (const config of configs)
    for (const profile of schedulerConfig(config).profiles.values())
      for (const list of Object.values(profile.plugins)) for (const { name } of list) enabled.add(name);
  for (const { name } of plugins)
    if (!enabled.has(name))
      throw new InputError(
        `${file}: no profile enables ${name}; expected plugins.multiPoint.enabled with {name: ${name}} in one of them`,
      );
}
