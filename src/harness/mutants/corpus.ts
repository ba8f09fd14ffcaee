import type { Mutant, MutantCampaign } from "./mutant.ts";

const calm: MutantCampaign = { faults: "none", nodes: 4, steps: 6 };

/** Planted bugs that have a switch and an invariant that finds them, one line each. */
export const allMutants: readonly Mutant[] = [
  { id: "DEP-05", component: "deployment", bug: "The name of a ReplicaSet has two bits of its template's hash, and a collision is not counted.", invariant: "deployments-converge", campaign: calm },
  { id: "DEP-08", component: "deployment", bug: "Recreate starts new pods once the old ReplicaSet is scaled to 0, though its pods still run.", invariant: "recreate-waits-for-old-pods", campaign: calm },
  { id: "RS-01", component: "replicaset", bug: "A sync trusts the pod informer although pods that it has just created are not in it yet.", invariant: "replicaset-creates-no-surplus", campaign: calm },
  { id: "GC-03", component: "gc", bug: "An owner that the informer lacks counts as gone, without asking the API server.", invariant: "living-owners-protect-their-dependents", campaign: { ...calm, faults: ["component-crash", "stale-watch"] } },
  { id: "EPS-01", component: "endpointslice", bug: "Slices are computed while the last writes have not come back, so that a Service gets duplicates.", invariant: "slices-show-the-ready-pods", campaign: { ...calm, faults: ["stale-watch"] } },
  { id: "PRX-12", component: "kube-proxy", bug: "An EndpointSlice that has become empty is not taken in.", invariant: "proxies-reach-ready-endpoints", campaign: calm },
  { id: "API-03", component: "apiserver", bug: "The watch cache loses the first change after an empty window.", invariant: "informers-equal-the-store", campaign: { ...calm, faults: ["watch-break"] } },
  { id: "API-05", component: "apiserver", bug: "A watch delivers changes again that its initial state contains already.", invariant: "informers-equal-the-store", campaign: { ...calm, faults: ["watch-break", "component-crash"] } },
  { id: "ETC-01", component: "etcd", bug: "A compaction also drops a deletion at the very revision it keeps.", invariant: "informers-equal-the-store", campaign: { ...calm, faults: ["stale-watch", "watch-break"] } },
  { id: "SCH-01", component: "scheduler", bug: "A failed binding is not forgotten, so that the pod counts twice when it is tried again.", invariant: "pods-run", campaign: { ...calm, nodes: 1, faults: ["message-loss", "ambiguous-outcome"] } },
  { id: "SCH-29", component: "scheduler", bug: "A tainted new node wakes no pod, nor does the end of its taint.", invariant: "pods-run", campaign: { ...calm, nodes: 2 } },
  { id: "PDB-01", component: "disruption", bug: "After a conflict the controller sends its stale status again.", invariant: "evictions-respect-budgets", campaign: calm },
];
