import type { Millis } from "../../../base/units.ts";
import { asPod, isReady, isTerminal } from "../../survivability/pod.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import type { Invariant } from "../invariant.ts";
import { about } from "../violation.ts";

interface Holders {
  /** uid → name of the ready pods with this address. */
  readonly pods: Map<string, string>;
  /** When the second one came; -1 while there is at most one. */
  sharedSince: Millis;
}

/** By pod address. */
type Memory = Map<string, Holders>;

const NAME = "pod-ips-are-unique";
/** A rebooted node gives addresses out anew before all its old statuses are corrected. */
const SETTLE_MS: Millis = 60_000;

/** Each ready pod outside the host network has its own address. */
export const podIpsAreUnique: Invariant<Memory> = {
  name: NAME,
  catalogue: ["91"],
  expectation: "always",
  calmOnly: true,
  statement: "No two running pods have the same pod IP.",
  source: "concepts/services-networking: the Kubernetes network model",
  resources: ["pods"],
  init: () => new Map(),
  onChange(memory, { at, before, after }) {
    if (asPod(after)?.status?.podIP === undefined && asPod(before)?.status?.podIP === undefined) return undefined;
    const old = before === undefined ? undefined : addressOf(asPod(before));
    const now = after === undefined ? undefined : addressOf(asPod(after));
    if (old === now && before !== undefined && after !== undefined)
      return judge(memory.get(now ?? ""), now, at, asPod(after));
    if (old !== undefined && before !== undefined) leave(memory, old, before.metadata.uid);
    if (now === undefined || after === undefined) return undefined;
    let holders = memory.get(now);
    if (holders === undefined) memory.set(now, (holders = { pods: new Map(), sharedSince: -1 }));
    holders.pods.set(after.metadata.uid, after.metadata.name);
    if (holders.pods.size > 1 && holders.sharedSince < 0) holders.sharedSince = at;
    return judge(holders, now, at, asPod(after));
  },
  atEnd(memory, world) {
    for (const [address, { pods, sharedSince }] of memory) {
      if (pods.size < 2 || sharedSince + SETTLE_MS > world.now) continue;
      return {
        invariant: NAME,
        at: world.now,
        object: `pod IP ${address}`,
        sentence: `Pods ${[...pods.values()].join(" and ")} both have it.`,
      };
    }
    return undefined;
  },
};

function addressOf(pod: Pod): string | undefined {
  if (pod.spec.hostNetwork === true || isTerminal(pod) || !isReady(pod)) return undefined;
  return pod.status?.podIP;
}

function leave(memory: Memory, address: string, uid: string): void {
  const holders = memory.get(address);
  holders?.pods.delete(uid);
  if (holders === undefined) return;
  if (holders.pods.size === 0) memory.delete(address);
  else if (holders.pods.size === 1) holders.sharedSince = -1;
}

function judge(
  holders: Holders | undefined,
  address: string | undefined,
  at: Millis,
  pod: Pod,
): ReturnType<typeof about> | undefined {
  if (holders === undefined || holders.sharedSince < 0 || holders.sharedSince + SETTLE_MS > at) return undefined;
  return about(
    NAME,
    at,
    pod,
    `Pods ${[...holders.pods.values()].join(" and ")} have had the pod IP ${address} for ${(at - holders.sharedSince) / 1000} s.`,
  );
}
