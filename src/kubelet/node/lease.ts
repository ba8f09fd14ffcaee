import type { Request, Response } from "../../api/request.ts";
import type { Lease } from "../../api/types/coordination-v1.ts";
import { microTimestamp } from "../../base/time.ts";
import { SECOND, cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { Kubelet } from "../state.ts";
import { wakeAt } from "../wakes.ts";

const NAMESPACE = "kube-node-lease";
const DURATION_SECONDS = 40;
/** A quarter of the lease's duration. */
const RENEW: Millis = 10 * SECOND;
const RETRY_FIRST = SECOND / 5;
const RETRY_MAX = 7 * SECOND;

/** Creates the node's Lease, or renews it: at the start and at every tick. */
export function renewLease(kubelet: Kubelet): void {
  const { state, io, config } = kubelet;
  const { lease } = state;
  if (lease.inFlight) return;
  lease.inFlight = true;
  const { object } = lease;
  const spec = {
    holderIdentity: config.node,
    leaseDurationSeconds: DURATION_SECONDS,
    renewTime: microTimestamp(io.now),
  };
  const common = { resource: "leases.coordination.k8s.io", namespace: NAMESPACE } as const;
  const request: Request =
    object === undefined
      ? { verb: "create", body: newLease(kubelet, spec), ...common }
      : { verb: "update", name: config.node, body: { ...object, spec: { ...object.spec, ...spec } }, ...common };
  io.request(request, { type: "lease" });
}

function newLease({ config, io }: Kubelet, spec: object): object {
  const node = io.listers.of("nodes").get(config.node);
  const owner =
    node === undefined
      ? {}
      : { ownerReferences: [{ apiVersion: "v1", kind: "Node", name: config.node, uid: node.metadata.uid }] };
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: config.node, namespace: NAMESPACE, ...owner },
    spec,
  };
}

/** The answer to a create, update or get of the lease. */
export function leaseReply(kubelet: Kubelet, request: Request, response: Response): void {
  const { state, io, config } = kubelet;
  const { lease } = state;
  lease.inFlight = false;
  if (response.ok) {
    if ("object" in response) lease.object = cast<Lease>(response.object);
    lease.failures = 0;
    if (request.verb === "get") renewLease(kubelet);
    return;
  }
  const { reason } = response.status;
  if (reason === "NotFound") {
    lease.object = undefined;
    if (request.verb !== "create") renewLease(kubelet);
    else retry(kubelet);
  } else if (reason === "AlreadyExists" || reason === "Conflict") {
    lease.inFlight = true;
    io.request(
      { verb: "get", resource: "leases.coordination.k8s.io", namespace: NAMESPACE, name: config.node },
      { type: "lease" },
    );
  } else retry(kubelet);
}

/** Before there is a lease, waits double from 200 ms to 7 s; afterwards the next tick is the retry. */
function retry(kubelet: Kubelet): void {
  const { state, io } = kubelet;
  if (state.lease.object !== undefined) return;
  wakeAt(kubelet, io.now + Math.min(RETRY_MAX, RETRY_FIRST * 2 ** state.lease.failures), "lease", "", "create");
  state.lease.failures += 1;
}

/** Renews at the next tick of the ticker that began with the kubelet, unless nobody looks. */
export function armLease(kubelet: Kubelet): void {
  const { state, io } = kubelet;
  if (io.quiet || state.lease.tickAt !== undefined) return;
  const ticks = Math.floor((io.now - state.startedAt) / RENEW) + 1;
  state.lease.tickAt = state.startedAt + ticks * RENEW;
  wakeAt(kubelet, state.lease.tickAt, "lease", "", "tick");
}

/** A wake of the lease. */
export function leaseWake(kubelet: Kubelet, detail: string): void {
  const { state, io } = kubelet;
  if (detail === "create") {
    if (state.lease.object === undefined) renewLease(kubelet);
    return;
  }
  state.lease.tickAt = undefined;
  if (io.quiet) return;
  renewLease(kubelet);
  armLease(kubelet);
}
