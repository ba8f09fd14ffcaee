import { deployment, node } from "../invariants/fixtures.ts";
import type { Overlay } from "../invariants/history.ts";
import { History } from "../invariants/history.ts";
import type { Disturbance, Finding } from "./expectation.ts";
import { watchExpectations } from "./watch.ts";

/** A hand-written history on three nodes in two zones, with Service default/web in front of Deployment web. For tests. */
export class Stage {
  readonly history: History;
  readonly #watch: ReturnType<typeof watchExpectations>;

  constructor(expectation: string, params: { readonly [name: string]: unknown } = {}) {
    this.#watch = watchExpectations([{ name: expectation, params }]);
    this.history = new History((change, world) => this.#watch.onChange(change, world));
    for (const [name, zone] of [
      ["n1", "zone-a"],
      ["n2", "zone-a"],
      ["n3", "zone-b"],
    ] as const)
      this.history.create(node(name, { metadata: { labels: { "topology.kubernetes.io/zone": zone } } }));
    this.history.create({
      kind: "Service",
      metadata: { name: "web", namespace: "default" },
      spec: { selector: { app: "web" } },
    });
  }

  /** Stores the Deployment. */
  deploy(overlay: Overlay = {}): this {
    this.history.create(deployment(overlay));
    return this;
  }

  /** Publishes ready endpoints on these nodes at a time in seconds; their containers run. */
  serve(seconds: number, ...nodes: readonly string[]): this {
    const zones: { readonly [name: string]: string } = { n1: "zone-a", n2: "zone-a", n3: "zone-b" };
    const endpoints = nodes.map((nodeName, i) => ({
      addresses: [`10.0.0.${i}`],
      conditions: { ready: true },
      nodeName,
      zone: zones[nodeName],
      targetRef: { uid: `${nodeName}-${i}` },
    }));
    this.history.running.length = 0;
    for (const { nodeName, targetRef } of endpoints)
      this.history.running.push({
        node: nodeName,
        podKey: "default/web",
        podUid: targetRef.uid,
        container: "app",
        image: "app:1",
        running: true,
      });
    const slice = {
      kind: "EndpointSlice",
      metadata: { name: "web-1", namespace: "default", labels: { "kubernetes.io/service-name": "web" } },
      endpoints,
    };
    this.history.at(seconds * 1000);
    if (this.history.objects("endpointslices.discovery.k8s.io").size === 0) this.history.create(slice);
    else this.history.update("endpointslices.discovery.k8s.io", "default/web-1", { endpoints });
    return this;
  }

  /** Tells a disturbance at a time in seconds; with `until` (in seconds) its end. */
  disturb(seconds: number, disturbance: Omit<Disturbance, "id" | "at">, until?: number): this {
    this.history.at((until ?? seconds) * 1000);
    this.#watch.onDisturbance(
      { id: disturbance.what, at: seconds * 1000, ...disturbance, ...(until !== undefined && { until: until * 1000 }) },
      this.history.world,
    );
    return this;
  }

  /** Lets the history end at a time in seconds. */
  end(seconds: number): readonly Finding[] {
    this.history.at(seconds * 1000);
    return this.#watch.atEnd(this.history.world);
  }
}
