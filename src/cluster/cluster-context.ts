import type { Millis } from "../base/units.ts";
import type { User } from "../api/request.ts";
import type { ServerContext } from "../apiserver/server.ts";
import type { Core } from "./core.ts";

/** What the server may ask the cluster for. */
export class ClusterContext implements ServerContext {
  user: User | undefined;
  readonly #core: Core;
  /** The cluster's random streams by the server's own names for them. */
  readonly #streams = new Map<string, () => number>();

  constructor(core: Core) {
    this.#core = core;
  }

  get now(): Millis {
    return this.#core.state.now;
  }

  random(stream: string): number {
    let draw = this.#streams.get(stream);
    if (draw === undefined) {
      draw = this.#core.random.stream(`server/${stream}`);
      this.#streams.set(stream, draw);
    }
    return draw();
  }
}
