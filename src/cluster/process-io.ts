import { missing } from "../base/assert.ts";
import type { Millis } from "../base/units.ts";
import type { Resource } from "../api/object.ts";
import type { Request } from "../api/request.ts";
import type { Io, RecordedEvent, Tag } from "../client/component.ts";
import { listerOf } from "../client/informer.ts";
import type { Lister, Listers } from "../client/informer.ts";
import type { Core } from "./core.ts";
import { eventRequest } from "./event-recorder.ts";
import type { Heartbeats } from "./heartbeats.ts";
import type { ProcessState } from "./process.ts";
import { isUnlimited, rateOf, reserve } from "./rate-limit.ts";
import type { Rate } from "./rate-limit.ts";
import type { Transport } from "./transport.ts";

/** The client by which Events are written. */
const EVENTS = "events";

type MachineCall = { readonly type: string; readonly [field: string]: unknown };

/**
 * The hands of one process. A class, as all that many histories make anew and hot code reads: objects with accessors made by
 * a literal would each have a shape of their own, and the engine would compile the components again for every history.
 */
export class ProcessIo implements Io {
  readonly listers: Listers;
  readonly machine: (call: MachineCall) => void;
  readonly #process: ProcessState;
  readonly #core: Core;
  readonly #transport: Transport;
  readonly #heartbeats: Heartbeats;
  readonly #source: string;
  readonly #rate: Rate | undefined;
  /** Names of this process's random streams by the component's own names for them. */
  readonly #streams = new Map<string, string>();

  constructor(
    process: ProcessState,
    core: Core,
    transport: Transport,
    heartbeats: Heartbeats,
    machine: (call: MachineCall) => void,
  ) {
    this.listers = new ProcessListers(process);
    this.machine = machine;
    this.#process = process;
    this.#core = core;
    this.#transport = transport;
    this.#heartbeats = heartbeats;
    this.#source = process.name.split("/")[0] ?? process.name;
    this.#rate = rateOf(this.#source);
  }

  get now(): Millis {
    return this.#core.state.now;
  }

  get quiet(): boolean {
    return this.#heartbeats.quiet(this.#process.node);
  }

  request(request: Request, tag: Tag, client = ""): void {
    this.#send(client, request, tag);
  }

  timer(at: Millis, tag: Tag): void {
    const { ordinal, epoch } = this.#process;
    this.#core.at(at, { type: "timer", process: ordinal, epoch, tag });
  }

  random(stream: string): number {
    let name = this.#streams.get(stream);
    if (name === undefined) {
      name = `${this.#process.name}/${stream}`;
      this.#streams.set(stream, name);
    }
    return this.#core.random.next(name);
  }

  event(event: RecordedEvent): void {
    if (this.#core.spec.recordEvents === false) return;
    const request = eventRequest(this.#process, this.#source, event, this.#core.now);
    if (request !== undefined) this.#send(EVENTS, request);
  }

  /** Sends a request when its client's rate limit lets it go. */
  #send(client: string, request: Request, tag?: Tag): void {
    const wait = this.#rate === undefined || isUnlimited(request) ? 0 : this.#reserve(client, this.#rate);
    if (wait === 0) return this.#transport.send(this.#process, request, tag);
    const { ordinal, epoch } = this.#process;
    this.#core.at(this.#core.now + wait, { type: "send", process: ordinal, epoch, request, tag });
  }

  #reserve(client: string, rate: Rate): Millis {
    const { clients } = this.#process;
    let bucket = clients.get(client);
    if (bucket === undefined) {
      bucket = { tokens: rate.burst, at: this.#core.now };
      clients.set(client, bucket);
    }
    return reserve(bucket, rate, this.#core.now);
  }

  trace(what: string, about: string, detail?: string): void {
    this.#core.record(this.#process.name, what, about, detail);
  }
}

/** Listers of a process as it is now: stable over restarts of the process. */
class ProcessListers implements Listers {
  readonly #process: ProcessState;
  readonly #known = new Map<Resource, { readonly store: object; readonly lister: Lister }>();

  constructor(process: ProcessState) {
    this.#process = process;
  }

  of(resource: Resource): Lister {
    const { store } =
      this.#process.informers.get(resource) ?? missing(`an informer of ${this.#process.name} on ${resource}`);
    const cached = this.#known.get(resource);
    if (cached !== undefined && cached.store === store) return cached.lister;
    const lister = listerOf(store);
    this.#known.set(resource, { store, lister });
    return lister;
  }
}
