import { expect, test } from "vitest";
import { InputError } from "../../base/input-error.ts";
import { schedulerConfig } from "./profile.ts";

const withPlugins = (plugins: object): object => ({ profiles: [{ plugins }] });

test.each([
  [{ percentOfNodesToScore: 5 }, 'strict decoding error: unknown field "percentOfNodesToScore"'],
  [
    { profiles: [{ plugin: {}, plugins: { filters: {} } }] },
    'strict decoding error: unknown field "profiles[0].plugin", unknown field "profiles[0].plugins.filters"',
  ],
  [
    { apiVersion: "kubescheduler.config.k8s.io/v1beta3", kind: "KubeSchedulerConfiguration" },
    'no kind "KubeSchedulerConfiguration" is registered for version "kubescheduler.config.k8s.io/v1beta3"; expected KubeSchedulerConfiguration of kubescheduler.config.k8s.io/v1',
  ],
  ["profiles", 'KubeSchedulerConfiguration: expected an object with profiles, got "profiles"'],
  [{ percentageOfNodesToScore: 101 }, "percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]"],
  [
    { profiles: [{ percentageOfNodesToScore: -1 }] },
    "profiles[0].percentageOfNodesToScore: Invalid value: -1: not in valid range [0-100]",
  ],
  [
    { percentageOfNodesToScore: "50" },
    "json: cannot unmarshal string into Go struct field KubeSchedulerConfiguration.percentageOfNodesToScore of type int32",
  ],
  [
    { podInitialBackoffSeconds: 5, podMaxBackoffSeconds: 4 },
    "podMaxBackoffSeconds: Invalid value: 4: must be greater than or equal to PodInitialBackoffSeconds",
  ],
  [
    { podInitialBackoffSeconds: 0, parallelism: 0 },
    "[parallelism: Invalid value: 0: should be an integer value greater than zero, podInitialBackoffSeconds: Invalid value: 0: must be greater than 0]",
  ],
  [
    { profiles: [{ schedulerName: "a" }, {}, { schedulerName: "a" }] },
    "[profiles[1].schedulerName: Required value, profiles[2].schedulerName: Duplicate value: {}]",
  ],
  [{ profiles: [{ schedulerName: "" }] }, "profiles[0].schedulerName: Required value"],
  [
    withPlugins({ score: { enabled: [{ name: "ImageLocality", weight: -2 }] } }),
    "initializing profiles: creating profile for scheduler name default-scheduler: score plugins: total score of Score plugins could overflow",
  ],
  [
    withPlugins({ filter: { enabled: [{ name: "EBSLimits" }] } }),
    'profiles[0].plugins.filter.enabled[0]: Invalid value: "EBSLimits": was invalid in version "v1" (KubeSchedulerConfiguration is version "kubescheduler.config.k8s.io/v1")',
  ],
  [
    { profiles: [{ pluginConfig: [{ name: "InterPodAffinity", args: { hardPodAffinityWeight: 101 } }] }] },
    "profiles[0].pluginConfig[0].args.hardPodAffinityWeight: Invalid value: 101: not in valid range [0, 100]",
  ],
  [
    withPlugins({ filter: { enabled: [{ name: "Coscheduling" }] } }),
    'initializing profiles: creating profile for scheduler name default-scheduler: FilterPlugin "Coscheduling" does not exist',
  ],
  [
    withPlugins({ multiPoint: { enabled: [{ name: "Coscheduling" }] } }),
    'initializing profiles: creating profile for scheduler name default-scheduler: PreFilterPlugin "Coscheduling" does not exist',
  ],
  [
    withPlugins({ filter: { enabled: [{ name: "ImageLocality" }] } }),
    'initializing profiles: creating profile for scheduler name default-scheduler: plugin "ImageLocality" does not extend FilterPlugin plugin',
  ],
  [
    withPlugins({ score: { enabled: [{ name: "ImageLocality" }, { name: "ImageLocality" }] } }),
    'initializing profiles: creating profile for scheduler name default-scheduler: plugin "ImageLocality" already registered as "ScorePlugin"',
  ],
  [
    withPlugins({ bind: { disabled: [{ name: "*" }] } }),
    'initializing profiles: creating profile for scheduler name default-scheduler: at least one bind plugin is needed for profile with scheduler name "default-scheduler"',
  ],
])("KubeSchedulerConfiguration > %j is refused", (config, message) => {
  expect(() => schedulerConfig(config)).toThrow(new InputError(message));
});

test("KubeSchedulerConfiguration > several profiles with disabled, unknown and re-weighted plugins are taken", () => {
  const config = schedulerConfig({
    apiVersion: "kubescheduler.config.k8s.io/v1",
    kind: "KubeSchedulerConfiguration",
    leaderElection: { leaderElect: false },
    profiles: [
      { schedulerName: "default-scheduler" },
      {
        schedulerName: "packing",
        plugins: {
          preEnqueue: { disabled: [{ name: "NoSuchPlugin" }] },
          score: { disabled: [{ name: "*" }], enabled: [{ name: "ImageLocality", weight: 7 }] },
        },
      },
    ],
  });
  expect([...config.profiles.keys()]).toEqual(["default-scheduler", "packing"]);
  const packing = config.profiles.get("packing");
  expect(packing?.plugins.score.map(({ name }) => name)).toEqual(["ImageLocality"]);
  expect(packing?.weights.get("ImageLocality")).toBe(7);
});
