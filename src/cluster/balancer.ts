import { missing, present } from "../base/assert.ts";
import type { ApiServer } from "../apiserver/server.ts";
import type { ClusterSpec } from "./cluster-spec.ts";
import type { Core } from "./core.ts";
import type { ProcessState } from "./process.ts";

const ALONE = "kube-apiserver";

/** The processes of a cluster's API servers: "kube-apiserver", or "kube-apiserver/1" and so on. */
export function apiServerNames({ apiServers = 1 }: ClusterSpec): readonly string[] {
  return apiServers === 1 ? [ALONE] : Array.from({ length: apiServers }, (_, i) => `${ALONE}/${i + 1}`);
}

/** The API servers behind a load balancer: the connection of a process stays with one server until either of them ends. */
export class Balancer {
  readonly #core: Core;
  readonly #names: readonly string[];

  constructor(core: Core) {
    this.#core = core;
    this.#names = [...core.servers.keys()];
  }

  /** The server that a process is connected to; it is connected to the next that is up if need be. Undefined: none is up. */
  connect(process: ProcessState): ApiServer | undefined {
    const core = this.#core;
    if (this.#names.length === 1) return core.process(ALONE).up ? core.server : undefined;
    if (process.server !== undefined) return core.servers.get(process.server);
    const { balancer } = core.state;
    for (let tries = 0; tries < this.#names.length; tries += 1) {
      const name = present(this.#names[balancer.next % this.#names.length], "an API server");
      balancer.next += 1;
      if (!core.process(name).up) continue;
      process.server = name;
      core.record(process.name, "connected", name);
      return core.servers.get(name);
    }
    return undefined;
  }

  /** The server at the other end of a stream that is open. */
  serverOf({ server }: ProcessState): ApiServer {
    return server === undefined ? this.#core.server : (this.#core.servers.get(server) ?? missing(server));
  }

  /** Whether a process is connected to a server; all are to one that is alone. */
  isClient({ server }: ProcessState, name: string): boolean {
    return this.#names.length === 1 || server === name;
  }
}
