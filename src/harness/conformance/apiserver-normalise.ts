import { parseTimestamp } from "../../base/time.ts";
import type { Millis } from "../../base/units.ts";
import { compareText } from "../../base/order.ts";

type Json = { readonly [key: string]: unknown };

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const ACCESS = /kube-api-access-[a-z0-9]{5}\b/g;
const ADDRESS = /\b10\.(9[6-9]|10\d|11[01])\.\d+\.\d+\b/g;
const SUFFIX = "[bcdfghjklmnpqrstvwxz2456789]{5}\\b";

/** What of the metadata is compared. */
export interface NormalForm {
  readonly dropsSystemFields: boolean;
  /** managedFields stay, without their times. */
  readonly keepsManagers: boolean;
}

/** Replaces what differs from run to run by names in order of appearance, over all answers of one case. */
export class Normaliser {
  readonly #uids = new Map<string, string>();
  readonly #addresses = new Map<string, string>();
  readonly #ports = new Map<string, string>();
  readonly #tokens = new Map<string, string>();
  readonly #versions = new Map<string, string>();
  readonly #generated: readonly { readonly prefix: string; readonly pattern: RegExp }[];
  readonly #sent: string;
  readonly #form: NormalForm;
  readonly #from: Millis;
  readonly #to: Millis;

  /** `sent`: everything that the case sent, as text; `answers`: all answers, for the order of versions. */
  constructor(sent: string, answers: readonly unknown[], form: NormalForm, from: Millis, to: Millis) {
    this.#sent = sent;
    this.#form = form;
    this.#from = from;
    this.#to = to;
    const prefixes = [...sent.matchAll(/generateName"?: ?"?([^"\s]+)"?/g)].map((match) =>
      (match[1] ?? "").slice(0, 58),
    );
    this.#generated = [...new Set(prefixes)].map((prefix) => ({
      prefix,
      pattern: new RegExp(prefix.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&") + SUFFIX, "g"),
    }));
    const versions = new Set<string>();
    for (const answer of answers) collectVersions(answer, versions);
    for (const version of [...versions].sort((a, b) => Number(a) - Number(b)))
      this.#versions.set(version, `rv${this.#versions.size + 1}`);
  }

  /** The normal form of an answer's body. */
  value(value: unknown, key = ""): unknown {
    if (typeof value === "string") return this.#string(value, key);
    if (typeof value === "number") {
      const port =
        (key === "nodePort" || key === "healthCheckNodePort") && value !== 0 && !this.#sent.includes(String(value));
      return port ? this.#alias(this.#ports, String(value), "nodePort") : value;
    }
    if (Array.isArray(value)) {
      const items: readonly unknown[] = value;
      return items.map((item) => this.value(item, key));
    }
    return isObject(value) ? this.#object(value) : value;
  }

  #object(value: Json): Json {
    const result: { [key: string]: unknown } = {};
    for (const key of Object.keys(value).sort(compareText)) {
      if (value[key] === undefined) continue;
      result[key] =
        key === "metadata" && isObject(value[key])
          ? this.value(this.#metadata(value[key]), key)
          : this.value(value[key], key);
    }
    return result;
  }

  #metadata(value: Json): Json {
    const { managedFields, ...others } = value;
    const rest =
      this.#form.keepsManagers && Array.isArray(managedFields)
        ? { ...others, managedFields: managedFields.map(withoutTime) }
        : others;
    if (!this.#form.dropsSystemFields) return rest;
    const { uid: __, creationTimestamp: ___, resourceVersion: ____, ...bare } = rest;
    return bare;
  }

  #string(value: string, key: string): string {
    if (key === "serverAddress") return "SERVER";
    if (key === "resourceVersion") {
      const known = this.#versions.get(value);
      if (known !== undefined) return known;
      if (/^\d+$/.test(value) && value !== "0" && !this.#sent.includes(value)) return "list";
    }
    if (key === "continue" && value !== "") return this.#alias(this.#tokens, value, "continue");
    if (key !== "message" || !/resource ?version/i.test(value)) return this.text(value);
    let text = value;
    for (const [version, name] of this.#versions) text = text.replaceAll(new RegExp(`\\b${version}\\b`, "g"), name);
    return this.text(text);
  }

  /** The normal form of a text. */
  text(value: string): string {
    let text = value;
    for (const { prefix, pattern } of this.#generated) text = text.replaceAll(pattern, `${prefix}xxxxx`);
    text = text.replaceAll(UUID, (uid) => (this.#sent.includes(uid) ? uid : this.#alias(this.#uids, uid, "uid")));
    text = text.replaceAll(TIME, (time) => (this.#sent.includes(time) ? time : this.#when(time)));
    text = text.replaceAll(ACCESS, "kube-api-access-xxxxx");
    text = text
      .replaceAll(/current: \d+/g, "current: list")
      .replaceAll(/(too old resource version: \d+ )\(\d+\)/g, "$1(list)");
    return text.replaceAll(ADDRESS, (ip) => (this.#sent.includes(ip) ? ip : this.#alias(this.#addresses, ip, "ip")));
  }

  #alias(names: Map<string, string>, key: string, prefix: string): string {
    const name = names.get(key) ?? `${prefix}${names.size + 1}`;
    names.set(key, name);
    return name;
  }

  #when(time: string): string {
    const at = parseTimestamp(time);
    if (at > this.#from - 2000 && at < this.#to + 1000) return "T";
    const seconds = (at - this.#from) / 1000;
    if (Math.abs(seconds) > 400 * 86_400) return time;
    const five = Math.trunc(seconds / 5 + (seconds < 0 ? -0.5 : 0.5)) * 5;
    return five >= 0 ? `T+${five}s` : `T${five}s`;
  }
}

function withoutTime(entry: unknown): unknown {
  if (!isObject(entry)) return entry;
  const { time: _, ...rest } = entry;
  return rest;
}

function collectVersions(value: unknown, versions: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collectVersions(item, versions);
  if (!isObject(value)) return;
  const metadata = value["metadata"];
  if (isObject(metadata) && metadata["uid"] !== undefined) {
    const version = metadata["resourceVersion"];
    if (typeof version === "string" && version !== "" && version !== "0") versions.add(version);
  }
  for (const key of Object.keys(value)) collectVersions(value[key], versions);
}

/** A JSON object, not an array. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
