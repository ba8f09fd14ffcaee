import type { Millis } from "../base/units.ts";

/** What one kubelet is started with. */
export interface KubeletConfig {
  readonly node: string;
  readonly internalIp: string;
  /** Written into node.spec.podCIDR; the machine hands out addresses of it. */
  readonly podCidr?: string;
  readonly labels?: { readonly [label: string]: string };
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  readonly providerId?: string;
  /** Quantities; allocatable is capacity but for 100Mi of memory (the hard eviction threshold) and 10 % of the disk. */
  readonly cpu: string;
  readonly memory: string;
  readonly ephemeralStorage?: string;
  /** Default 110. */
  readonly maxPods?: number;
  /** Other resources of the node, e.g. "nvidia.com/gpu". */
  readonly extended?: { readonly [resource: string]: string };
  /** crashLoopBackOff.maxContainerRestartPeriod; default 300 s. */
  readonly maxContainerRestartPeriodMs?: Millis;
  /** Planted bugs that are on, by id. */
  readonly mutants?: readonly string[];
}
