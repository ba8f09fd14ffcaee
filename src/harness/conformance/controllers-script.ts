import { microTimestamp, timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { controllerOf } from "../../api/object.ts";
import type { ApiObject, Manifest } from "../../api/object.ts";
import type { PatchType, Request, Response } from "../../api/request.ts";
import type { Status } from "../../api/status.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import { Aliases } from "./controllers-aliases.ts";
import { choosePods, pickNode } from "./controllers-choose.ts";
import type { Choice, Chooser } from "./controllers-choose.ts";
import type { ControllersCluster } from "./controllers-cluster.ts";
import { isNamespaced, resourceOfKind } from "./controllers-kinds.ts";
import { kubeletStatus } from "./controllers-kubelet.ts";

/** One action of a recorded script. */
export interface ScriptAction extends Choice {
  readonly do: string;
  readonly object?: Manifest;
  readonly kind?: string;
  readonly name?: string;
  readonly patch?: unknown;
  readonly patchType?: string;
  readonly subresource?: string;
  readonly propagation?: string;
  readonly grace?: number;
  readonly revision?: number;
  readonly reason?: string;
  readonly node?: string;
  readonly seconds?: number;
  readonly tag?: string;
  readonly agoSeconds?: number;
  readonly restarts?: number;
  readonly container?: string;
  readonly code?: number;
}

const HEARTBEAT_MS: Millis = 1500;
const NO_HISTORY: Status = {
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Failure",
  reason: "",
  message: "no rollout history found",
  code: 0,
};

/** Plays the parts of the user, the scheduler and the kubelets in one scenario. */
export class Script implements Chooser {
  readonly cluster: ControllersCluster;
  readonly namespace: string;
  readonly aliases: Aliases;
  readonly observe: ReadonlySet<string>;
  readonly tags: Map<string, string> = new Map();
  readonly #begin: Millis;
  readonly #monitored: boolean;
  readonly #beating = new Set<string>();
  #addresses = 0;

  /** `monitored`: heartbeats of the script's nodes count. */
  constructor(
    cluster: ControllersCluster,
    namespace: string,
    scenario: { readonly id: string; readonly observe?: readonly string[] },
    monitored = false,
  ) {
    this.cluster = cluster;
    this.#monitored = monitored;
    this.namespace = namespace;
    this.aliases = new Aliases(cluster, namespace, scenario.id);
    this.observe = new Set(scenario.observe);
    this.#begin = cluster.now;
  }

  /** Performs an action; the answer is a refusal of the API, if there is one. */
  act(action: ScriptAction): Status | undefined {
    this.aliases.learn();
    const { cluster } = this;
    if (action.seconds !== undefined && action.do !== "wait") {
      cluster.runToChange(cluster.now + action.seconds * 1000);
      return undefined;
    }
    switch (action.do) {
      case "observe":
        return undefined;
      case "wait":
        cluster.runUntil(cluster.now + (action.seconds ?? 0) * 1000);
        return undefined;
      case "create":
        return this.#create(action);
      case "patch":
        return this.#patch(action);
      case "own":
        return this.#own(action);
      case "undo":
        return this.#undo(action);
      case "delete":
        return this.#delete(action);
      case "heartbeat":
        return this.#heartbeat(action);
      case "nodeReady":
        return this.#nodeStatus(this.aliases.unalias(action.node ?? ""), action.reason !== "stop");
      default:
        return this.#podAction(action);
    }
  }

  #send(request: Request): Status | undefined {
    const response: Response = this.cluster.request(request);
    return response.ok ? undefined : response.status;
  }

  #place(kind: string): { readonly resource: string; readonly namespace?: string } {
    return { resource: resourceOfKind(kind), ...(isNamespaced(kind) && { namespace: this.namespace }) };
  }

  #create({ object }: ScriptAction): Status | undefined {
    const body = cast<Manifest>(this.aliases.expand(object));
    if (body.kind !== "Node")
      return this.#send({
        verb: "create",
        ...this.#place(body.kind),
        ...(body.metadata.namespace !== undefined && { namespace: body.metadata.namespace }),
        body,
      });
    const { name = "", labels = {} } = body.metadata;
    return this.cluster.together(() => this.createNode(name, labels, body["spec"]));
  }

  /** A Node that reports Ready at once. */
  createNode(name: string, labels: { readonly [key: string]: string }, spec?: unknown): Status | undefined {
    const metadata = { name, labels: { "kubernetes.io/hostname": name, ...labels } };
    const refused = this.#send({
      verb: "create",
      resource: "nodes",
      body: { apiVersion: "v1", kind: "Node", metadata },
    });
    if (refused !== undefined) return refused;
    if (this.#monitored) this.cluster.disturb(name, this.cluster.now);
    const status = this.#nodeStatus(name, true);
    if (status !== undefined || spec === undefined || spec === null || Object.keys(spec).length === 0) return status;
    return this.#send({ verb: "patch", resource: "nodes", name, patchType: "strategic", body: { spec } });
  }

  #nodeStatus(name: string, ready: boolean): Status | undefined {
    const now = timestamp(this.cluster.now);
    const resources = { cpu: "8", memory: "32Gi", pods: "110" };
    const condition = {
      type: "Ready",
      status: ready ? "True" : "False",
      reason: ready ? "KubeletReady" : "KubeletNotReady",
      message: ready ? "kubelet is posting ready status" : "container runtime is down",
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    };
    const body = { status: { capacity: resources, allocatable: resources, conditions: [condition] } };
    return this.#send({ verb: "patch", resource: "nodes", name, subresource: "status", patchType: "strategic", body });
  }

  #patch(action: ScriptAction): Status | undefined {
    const { kind = "", name = "", patchType, subresource } = action;
    const type: PatchType = patchType === "strategic" || patchType === "json" ? patchType : "merge";
    return this.#send({
      verb: "patch",
      ...this.#place(kind),
      name: this.aliases.unalias(name),
      patchType: type,
      body: this.aliases.expand(action.patch),
      ...(subresource !== undefined && { subresource }),
    });
  }

  #own({ kind = "", name = "", reason = "", object }: ScriptAction): Status | undefined {
    const place = this.#place(kind);
    const owned = this.#stored(kind, name);
    const ownerName = reason.startsWith("!") ? reason.slice(1) : reason;
    const uid = reason.startsWith("!")
      ? "00000000-0000-4000-8000-000000000001"
      : this.#stored(kind, reason)?.metadata.uid;
    if (owned === undefined || uid === undefined) return undefined;
    const blocks = object?.["blockOwnerDeletion"];
    const reference = {
      apiVersion: "v1",
      kind,
      name: ownerName,
      uid,
      ...(blocks !== undefined && { blockOwnerDeletion: blocks }),
    };
    const ownerReferences = [...(owned.metadata.ownerReferences ?? []), reference];
    return this.#send({
      verb: "update",
      ...place,
      name,
      body: { ...owned, metadata: { ...owned.metadata, ownerReferences } },
    });
  }

  #stored(kind: string, name: string): ApiObject | undefined {
    const key = isNamespaced(kind) ? `${this.namespace}/${name}` : name;
    return this.cluster.server.objects(resourceOfKind(kind)).get(key);
  }

  #undo({ name = "", revision = 0 }: ScriptAction): Status | undefined {
    const deployment = cast<Deployment | undefined>(this.#stored("Deployment", name));
    const owned = cast<readonly ReplicaSet[]>(this.aliases.all("ReplicaSet")).filter(
      (replicaSet) => controllerOf(replicaSet)?.uid === deployment?.metadata.uid,
    );
    const numbered = owned.map((replicaSet) => ({
      replicaSet,
      number: Number(replicaSet.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0),
    }));
    numbered.sort((a, b) => b.number - a.number);
    const target = revision === 0 ? numbered[1] : numbered.find(({ number }) => number === revision);
    const template = target?.replicaSet.spec.template;
    if (template === undefined) return NO_HISTORY;
    const { "pod-template-hash": _, ...labels } = template.metadata?.labels ?? {};
    const value = { ...template, metadata: { ...template.metadata, labels } };
    return this.#send({
      verb: "patch",
      ...this.#place("Deployment"),
      name,
      patchType: "json",
      body: [{ op: "replace", path: "/spec/template", value }],
    });
  }

  #delete({ kind = "", name = "", grace, propagation }: ScriptAction): Status | undefined {
    const options = {
      ...(grace !== undefined && { gracePeriodSeconds: grace }),
      ...(propagation !== undefined && { propagationPolicy: propagation }),
    };
    return this.#send({ verb: "delete", ...this.#place(kind), name: this.aliases.unalias(name), options });
  }

  #heartbeat(action: ScriptAction): Status | undefined {
    const node = this.aliases.unalias(action.node ?? "");
    if (action.reason === "stop") {
      this.#beating.delete(node);
      return undefined;
    }
    const started = this.#beating.has(node);
    this.#beating.add(node);
    if (!started) this.#beat(node);
    return undefined;
  }

  #beat(node: string): void {
    if (!this.#beating.has(node)) return;
    const spec = { holderIdentity: node, leaseDurationSeconds: 40, renewTime: microTimestamp(this.cluster.now) };
    const lease = { resource: "leases.coordination.k8s.io", namespace: "kube-node-lease" };
    const refused = this.#send({ verb: "patch", ...lease, name: node, patchType: "merge", body: { spec } });
    const metadata = { name: node, namespace: "kube-node-lease" };
    if (refused !== undefined)
      this.#send({
        verb: "create",
        ...lease,
        body: { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec },
      });
    this.cluster.after(HEARTBEAT_MS, () => this.#beat(node));
  }

  #podAction(action: ScriptAction): Status | undefined {
    let refused: Status | undefined;
    for (const { metadata } of choosePods(this, action)) {
      const pod = cast<Pod | undefined>(this.#stored("Pod", metadata.name));
      if (pod === undefined) continue;
      const answer = this.#onePod(pod, action);
      refused ??= answer;
      if (answer !== undefined && action.do !== "evict") return answer;
    }
    return refused;
  }

  #onePod(pod: Pod, action: ScriptAction): Status | undefined {
    const { name, namespace = "", uid } = pod.metadata;
    const place = { resource: "pods", namespace, name };
    switch (action.do) {
      case "bind": {
        const target = {
          kind: "Node",
          name: action.node === undefined ? pickNode(this, pod) : this.aliases.unalias(action.node),
        };
        const body = { apiVersion: "v1", kind: "Binding", metadata: { name, namespace }, target };
        return this.#send({ verb: "create", ...place, subresource: "binding", body });
      }
      case "finish":
        return this.#send({ verb: "delete", ...place, options: { gracePeriodSeconds: 0 } });
      case "remove":
        return this.#send({
          verb: "delete",
          ...place,
          options: action.grace === undefined ? {} : { gracePeriodSeconds: action.grace },
        });
      case "evict": {
        const deleteOptions = action.grace === undefined ? {} : { deleteOptions: { gracePeriodSeconds: action.grace } };
        const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace }, ...deleteOptions };
        return this.#send({ verb: "create", ...place, subresource: "eviction", body });
      }
      case "tag":
        this.tags.set(uid, action.tag ?? "");
        return undefined;
      case "patchPod":
        return this.#send({ verb: "patch", ...place, patchType: "merge", body: this.aliases.expand(action.patch) });
      default: {
        const ago = action.agoSeconds ?? 0;
        const now = timestamp(ago > 0 ? this.#begin - ago * 1000 : this.cluster.now);
        const status = kubeletStatus(pod, action, { now, podIP: pod.status?.podIP ?? this.#newAddress() });
        return this.#send({
          verb: "patch",
          ...place,
          subresource: "status",
          patchType: "merge",
          body: { metadata: { uid }, status },
        });
      }
    }
  }

  #newAddress(): string {
    this.#addresses += 1;
    return `10.244.${Math.floor(this.#addresses / 250)}.${1 + (this.#addresses % 250)}`;
  }
}
