import { containers } from "../kubelet/machine.ts";
import { listerOf } from "../client/informer.ts";
import type { Core } from "./core.ts";
import type { World } from "./world.ts";

/** The truth about a cluster, read-only. */
export function worldOf(core: Core): World {
  const { state } = core;
  return {
    get now() {
      return core.now;
    },
    get revision() {
      return core.server.etcd.revision;
    },
    get processes() {
      return [...state.processes.values()].map(({ name, node, up, epoch }) => ({ name, up, epoch, ...(node !== undefined && { node }) }));
    },
    objects: (resource) => core.server.objects(resource),
    beliefs(name) {
      const process = state.processes.get(name);
      if (process === undefined || !process.up || process.informers.size === 0) return undefined;
      return {
        of(resource) {
          const informer = process.informers.get(resource);
          return listerOf(informer?.store ?? { objects: new Map(), indexes: new Map() });
        },
      };
    },
    containers(node) {
      const machine = state.machines.get(node);
      return machine === undefined ? [] : containers(machine.runtime);
    },
    powered: (node) => state.machines.get(node)?.powered ?? false,
    memory: (name) => state.processes.get(name)?.memory,
  };
}
