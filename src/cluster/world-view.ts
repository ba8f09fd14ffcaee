import { containers } from "../kubelet/machine.ts";
import type { Millis } from "../base/units.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import { emptyStore, listerOf } from "../client/informer.ts";
import type { Listers } from "../client/informer.ts";
import type { Core } from "./core.ts";
import type { ProcessInfo, RuntimeContainer, World } from "./world.ts";

/** The truth about a cluster, read-only. */
export function worldOf(core: Core): World {
  return new WorldView(core);
}

class WorldView implements World {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  get now(): Millis {
    return this.#core.state.now;
  }

  get revision(): number {
    return this.#core.server.etcd.revision;
  }

  get processes(): readonly ProcessInfo[] {
    return [...this.#core.state.processes.values()].map(({ name, node, up, epoch }) => ({
      name,
      up,
      epoch,
      ...(node !== undefined && { node }),
    }));
  }

  isUp(process: string): boolean {
    return this.#core.state.processes.get(process)?.up === true;
  }

  objects(resource: Resource): ReadonlyMap<string, ApiObject> {
    return this.#core.server.objects(resource);
  }

  beliefs(name: string): Listers | undefined {
    const process = this.#core.state.processes.get(name);
    if (process === undefined || !process.up || process.informers.size === 0) return undefined;
    return { of: (resource) => listerOf(process.informers.get(resource)?.store ?? emptyStore({ resource })) };
  }

  containers(node: string): readonly RuntimeContainer[] {
    const machine = this.#core.state.machines.get(node);
    return machine === undefined ? [] : containers(machine.runtime);
  }

  powered(node: string): boolean {
    return this.#core.state.machines.get(node)?.powered ?? false;
  }

  memory(name: string): unknown {
    return this.#core.state.processes.get(name)?.memory;
  }
}
