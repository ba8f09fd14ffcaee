import { controllerOf } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import type { ControllersCluster } from "./controllers-cluster.ts";
import { isNamespaced, resourceOfKind } from "./controllers-kinds.ts";

const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const STAMP = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| \+0000 UTC)?/g;
const QUOTED = /((?:pods|jobs\.batch|Pod|pod:?) "?[a-z0-9.-]*-)[bcdfghjklmnpqrstvwxz2456789]{5}\b/g;
const SUFFIX = /(-T\d+)-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g;

/** The names that a recording puts in place of what is drawn at random: hashes, suffixes, the namespace. */
export class Aliases {
  readonly #cluster: ControllersCluster;
  readonly #namespace: string;
  readonly #scenario: string;
  readonly #hashes = new Map<string, string>();
  readonly #random = new Map<string, string>();
  #pairs: readonly (readonly [string, string])[] = [];

  constructor(cluster: ControllersCluster, namespace: string, scenario: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#scenario = scenario;
  }

  /** Objects of a kind that belong to the scenario, in the order of their names. */
  all(kind: string): readonly ApiObject[] {
    const found: ApiObject[] = [];
    for (const object of this.#cluster.server.objects(resourceOfKind(kind)).values()) {
      const { namespace, name } = object.metadata;
      if (isNamespaced(kind) ? namespace === this.#namespace : name.startsWith(this.#namespace)) found.push(object);
    }
    return found;
  }

  /** When an object was first seen. */
  order(object: ApiObject): number {
    return this.#cluster.firstSeen.get(object.metadata.uid) ?? 0;
  }

  /** Extends the aliases by what the scenario now holds. */
  learn(): void {
    const revisions = [...this.all("ReplicaSet"), ...this.all("ControllerRevision")];
    revisions.sort((a, b) => this.order(a) - this.order(b));
    for (const object of revisions) {
      const hash = hashOf(object);
      if (hash !== "" && !this.#hashes.has(hash)) this.#hashes.set(hash, `T${this.#hashes.size + 1}`);
    }
    for (const kind of ["Pod", "EndpointSlice", "Job"])
      for (const object of this.all(kind)) {
        const { name, generateName } = object.metadata;
        if (hasRandomName(object) && generateName !== undefined) this.#random.set(name, `${generateName}*`);
        const owner = controllerOf(object);
        if (kind === "Job" && owner?.kind === "CronJob") this.#random.set(name, `${owner.name}-*`);
      }
    const pairs: (readonly [string, string])[] = [...this.#random, ...this.#hashes, [this.#namespace, "NS"]];
    pairs.sort((a, b) => b[0].length - a[0].length || (a[0] < b[0] ? -1 : 1));
    this.#pairs = pairs;
  }

  /** A text with aliases in place of names. */
  text(text: string): string {
    let aliased = text;
    for (const [name, alias] of this.#pairs) aliased = aliased.replaceAll(name, alias);
    for (const [hash, alias] of this.#hashes) aliased = aliased.replaceAll(hash, alias);
    return aliased.replace(SUFFIX, "$1-*").replace(QUOTED, "$1*").replace(UID, "UID").replace(STAMP, "T");
  }

  /** A text of a script with the names that its aliases stand for. */
  unalias(text: string): string {
    let plain = text.replaceAll("$NS", this.#namespace).replaceAll("$ID", this.#scenario.replaceAll("/", "."));
    if (plain.includes("$T")) for (const [hash, alias] of this.#hashes) plain = plain.replaceAll(`$${alias}`, hash);
    return plain;
  }

  /** `unalias` for all texts and keys of a value. */
  expand(value: unknown): unknown {
    if (typeof value === "string") return this.unalias(value);
    if (Array.isArray(value)) return value.map((item) => this.expand(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.unalias(key), this.expand(item)]));
  }
}

/** Whether the last part of the name is drawn at random. */
export function hasRandomName(object: ApiObject): boolean {
  const { generateName } = object.metadata;
  if (generateName === undefined) return false;
  return object.kind !== "Pod" || controllerOf(object)?.kind !== "StatefulSet";
}

function hashOf(object: ApiObject): string {
  if (object.kind === "ReplicaSet") return object.metadata.labels?.["pod-template-hash"] ?? "";
  const owner = controllerOf(object)?.name;
  const { name } = object.metadata;
  if (owner !== undefined && name.startsWith(`${owner}-`)) return name.slice(owner.length + 1);
  return name.slice(name.lastIndexOf("-") + 1);
}
