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
  #generation = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  get now(): Millis {
    return this.#core.state.now;
  }

  random(stream: string): number {
    const { random } = this.#core;
    if (random.generation !== this.#generation) {
      this.#generation = random.generation;
      this.#streams.clear();
    }
    let draw = this.#streams.get(stream);
    if (draw === undefined) {
      draw = random.stream(`server/${stream}`);
      this.#streams.set(stream, draw);
    }
    return draw();
  }
}
