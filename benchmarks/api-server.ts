/**
 * How many requests does one API server answer a second in this process: pods created as by the ReplicaSet controller, bound
 * as by the scheduler, and told to watches? With and without managedFields, which `serve` keeps and histories do not.
 *
 * node dist/benchmarks/api-server.js [--pods 20000] [--samples 7]
 */
import { parseArgs } from "node:util";
import { Bench } from "tinybench";
import type { User } from "../src/api/request.ts";
import { ApiServer } from "../src/apiserver/server.ts";
import type { ServerContext, Watch } from "../src/apiserver/server.ts";
import { Random } from "../src/base/random.ts";
import { Etcd } from "../src/etcd/etcd.ts";
import { renderCsv, writeCsv } from "../src/report/csv.ts";

const { values } = parseArgs({
  options: { pods: { type: "string", default: "20000" }, samples: { type: "string", default: "7" } },
});
const PODS = Number(values.pods);
const NAMESPACE = "default";
/** Each hears of every write. */
const WATCHES = 10;
/** Writes between two readings of the watches. */
const BATCH = 100;
const CONTROLLER: User = { name: "system:serviceaccount:kube-system:replicaset-controller", groups: [] };
const SCHEDULER: User = { name: "system:kube-scheduler", groups: [] };

class Subject {
  readonly #server: ApiServer;
  readonly #random = new Random("api-server");
  #now = 0;
  #watches: readonly Watch[] = [];
  #spec: unknown;

  constructor(managedFields: boolean) {
    this.#server = new ApiServer(new Etcd(), { managedFields });
    this.#create("namespaces", { metadata: { name: NAMESPACE } });
    this.#create("serviceaccounts", { metadata: { name: "default" } });
    const spec = {
      containers: [{ name: "pause", image: "pause:3.10", resources: { requests: { cpu: "100m", memory: "500Mi" } } }],
    };
    const template = { metadata: { labels: { app: "web" } }, spec };
    const selector = { matchLabels: { app: "web" } };
    this.#create("deployments.apps", { metadata: { name: "web" }, spec: { selector, template } });
    const [deployment] = this.#server.objects("deployments.apps").values();
    // What a controller sends is the template as the server has filled it in.
    this.#spec = Reflect.get(Reflect.get(Reflect.get(deployment ?? {}, "spec"), "template"), "spec");
  }

  #context(): ServerContext {
    this.#now += 1;
    return { now: this.#now, random: (stream) => this.#random.next(stream) };
  }

  #create(resource: string, body: object): void {
    const answer = this.#server.handle({ verb: "create", resource, namespace: NAMESPACE, body }, this.#context());
    if (!answer.ok) throw new Error(`${resource}: ${answer.status.message ?? ""}`);
  }

  createPods(): void {
    const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-abc", uid: "u", controller: true };
    for (let i = 0; i < PODS; i += 1) {
      const metadata = { generateName: "web-abc-", labels: { app: "web" }, ownerReferences: [owner] };
      const body = { apiVersion: "v1", kind: "Pod", metadata, spec: this.#spec };
      const answer = this.#server.handle(
        { verb: "create", resource: "pods", namespace: NAMESPACE, user: CONTROLLER, body },
        this.#context(),
      );
      if (!answer.ok) throw new Error(answer.status.message);
    }
  }

  names(): readonly string[] {
    return [...this.#server.objects("pods").values()].map((pod) => pod.metadata.name);
  }

  bind(names: readonly string[]): void {
    for (const name of names) {
      const body = { apiVersion: "v1", kind: "Binding", metadata: { name }, target: { kind: "Node", name: "n1" } };
      const answer = this.#server.handle(
        { verb: "create", resource: "pods", subresource: "binding", namespace: NAMESPACE, name, user: SCHEDULER, body },
        this.#context(),
      );
      if (!answer.ok) throw new Error(answer.status.message);
    }
  }

  /** Opens watches on pods: of everything, a namespace, a label, a field. */
  watch(): void {
    const asks = [
      {},
      { namespace: NAMESPACE },
      { labelSelector: "app=web" },
      { fieldSelector: "status.phase!=Failed" },
    ];
    this.#watches = Array.from({ length: WATCHES }, (_, i) => {
      const opened = this.#server.openWatch("pods", { resourceVersion: "1", ...asks[i % asks.length] });
      if (!("watch" in opened)) throw new Error(opened.status.message);
      return opened.watch;
    });
  }

  /** Reads all watches to their end, a batch of events at a time; returns the events. */
  deliver(): number {
    let told = 0;
    for (const watch of this.#watches) {
      for (let n = 1; n > 0; told += n) n = this.#server.drain(watch, BATCH).length;
    }
    return told;
  }
}

interface Case {
  readonly operations: number;
  readonly run: () => void;
  readonly prepare: () => void;
}

function casesOf(managedFields: boolean): ReadonlyMap<string, Case> {
  let subject: Subject;
  let names: readonly string[] = [];
  const fresh = (): void => {
    subject = new Subject(managedFields);
  };
  const filled = (): void => {
    fresh();
    subject.createPods();
    names = subject.names();
  };
  const watched = (): void => {
    filled();
    subject.watch();
  };
  const told = (): void => {
    const events = subject.deliver();
    if (events !== PODS * WATCHES) throw new Error(`${events} events were told`);
  };
  return new Map([
    ["pod creates", { operations: PODS, prepare: fresh, run: () => subject.createPods() }],
    ["bindings", { operations: PODS, prepare: filled, run: () => subject.bind(names) }],
    ["watch deliveries", { operations: PODS * WATCHES, prepare: watched, run: told }],
  ]);
}

const bench = new Bench({ name: "API server", time: 0, iterations: Number(values.samples), warmup: false });
const measured = new Map<string, { readonly what: string; readonly managed: boolean; readonly operations: number }>();
for (const managed of [false, true]) {
  for (const [what, { operations, prepare, run }] of casesOf(managed)) {
    const name = `${what}${managed ? ", managedFields" : ""}`;
    measured.set(name, { what, managed, operations });
    const settle = (): void => {
      prepare();
      globalThis.gc?.();
    };
    bench.add(name, run, {
      beforeAll: () => {
        settle();
        run();
      },
      beforeEach: settle,
    });
  }
}
const rows = bench.runSync().map(({ name, result }) => {
  const one = measured.get(name);
  if (!("latency" in result) || one === undefined) throw new Error(`${name} was not measured`);
  const { p50, min, max, samplesCount } = result.latency;
  const rate = (ms: number): number => Math.round((one.operations * 1000) / ms);
  return {
    what: one.what,
    managed_fields: one.managed,
    operations: one.operations,
    per_s: rate(p50),
    slowest: rate(max),
    fastest: rate(min),
    us: ((p50 * 1000) / one.operations).toFixed(2),
    samples: samplesCount,
    node: process.version,
  };
});
writeCsv("reports/api-server.csv", rows);
process.stdout.write(renderCsv(rows));
