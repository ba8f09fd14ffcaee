import { cast } from "../../base/units.ts";
import { objectKey } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import type { InformerEvent } from "../../client/component.ts";
import type { Controller, Wake } from "../../client/controller.ts";
import { BY_NODE, byNode } from "../indexes.ts";
import type { ControllerOptions } from "../options.ts";
import { DISTURBANCES, LEASES } from "./health.ts";
import { emptyMemory } from "./memory.ts";
import type { NodeLifecycleMemory } from "./memory.ts";
import { nodeMonitorDefaults } from "./options.ts";
import { POD_PREFIX, reconcileNode, reconcilePod } from "./reconcile.ts";
import { readyCondition } from "./taints.ts";
import { PASS_MS, reconcileZones, zoneOf } from "./zones.ts";

const ZONES: Wake = { key: "zones of all nodes", afterMs: PASS_MS };

/** Notices silent kubelets, says so in the nodes' conditions, taints the nodes and marks their pods not ready. */
export function nodeLifecycleController(options?: ControllerOptions): Controller<NodeLifecycleMemory> {
  const monitor = { ...nodeMonitorDefaults, ...options?.nodeMonitor };
  return {
    name: "node-controller",
    workers: 8,
    watches: [
      { resource: "nodes" },
      { resource: "pods", indexes: { [BY_NODE]: byNode } },
      { resource: LEASES },
      { resource: DISTURBANCES },
    ],
    initialMemory: emptyMemory,
    wakes(event) {
      const object = cast<ApiObject>(event.after ?? event.before);
      switch (event.resource) {
        case "nodes":
          return zoneMayChange(event) ? [{ key: object.metadata.name }, ZONES] : [{ key: object.metadata.name }];
        case DISTURBANCES:
          return [{ key: object.metadata.name }];
        case "pods":
          return justBound(event) ? [{ key: `${POD_PREFIX}${objectKey(object)}` }] : [];
        default:
          return [];
      }
    },
    reconcile(sync) {
      if (sync.key === ZONES.key) return reconcileZones(sync, monitor);
      return sync.key.startsWith(POD_PREFIX) ? reconcilePod(sync) : reconcileNode(sync, monitor);
    },
  };
}

function zoneMayChange({ before, after }: InformerEvent): boolean {
  if (before === undefined || after === undefined) return true;
  const [old, now] = [cast<Node>(before), cast<Node>(after)];
  return readyCondition(old)?.status !== readyCondition(now)?.status || zoneOf(old) !== zoneOf(now);
}

function justBound({ before, after }: InformerEvent): boolean {
  const node = cast<Pod | undefined>(after)?.spec.nodeName ?? "";
  return node !== "" && node !== cast<Pod | undefined>(before)?.spec.nodeName;
}
