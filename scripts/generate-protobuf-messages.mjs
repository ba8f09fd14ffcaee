// Writes src/serve/protobuf/messages.txt from the struct tags of Kubernetes' published Go types (k8s.io/api, k8s.io/apimachinery).
// Usage: node scripts/generate-protobuf-messages.mjs <folder of k8s.io/api> <folder of k8s.io/apimachinery>
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

const [api, machinery] = process.argv.slice(2);
const GROUPS = [
  ["meta/v1", `${machinery}/pkg/apis/meta/v1`],
  ...[
    "core/v1",
    "apps/v1",
    "batch/v1",
    "autoscaling/v1",
    "autoscaling/v2",
    "policy/v1",
    "networking/v1",
    "rbac/v1",
    "storage/v1",
    "scheduling/v1",
    "coordination/v1",
    "discovery/v1",
    "events/v1",
    "node/v1",
    "authentication/v1",
    "authorization/v1",
    "certificates/v1",
  ].map((group) => [group, `${api}/${group}`]),
];
const ALIASES = {
  v1: "core/v1",
  metav1: "meta/v1",
  runtime: "runtime",
  resource: "resource",
  intstr: "intstr",
  types: "types",
  authenticationv1: "authentication/v1",
  rbacv1: "rbac/v1",
};
const SCALARS = { string: "s", bool: "b", int: "i", int32: "i", int64: "i", uint16: "i", uint32: "i", uint8: "i", float64: "d", float32: "d", byte: "y", "[]byte": "y" };

const named = new Map();
const structs = new Map();

for (const [group, folder] of GROUPS)
  for (const file of readdirSync(folder).filter((name) => /^(?:types|group_version|meta|time|micro_time|fields_proto)?.*\.go$/.test(name) && !/_test|generated|swagger|zz_/.test(name)))
    scan(group, readFileSync(`${folder}/${file}`, "utf8"));

function scan(group, text) {
  const imports = { ...ALIASES };
  for (const [, alias, path] of text.matchAll(/^\s*(\w+)? ?"k8s\.io\/(?:api|apimachinery\/pkg)\/([\w/]+)"/gm)) {
    const last = path.split("/").slice(-2).join("/");
    imports[alias ?? path.split("/").at(-1)] = path.startsWith("apis/meta") ? "meta/v1" : path.includes("/v") ? last : path.split("/").at(-1);
  }
  for (const [, name, type] of text.matchAll(/^type (\w+) ([\w.[\]]+)$/gm)) named.set(`${group}.${name}`, { type, imports, group });
  for (const [, name, type] of text.matchAll(/^\t(\w+) (string|int32|map\[[\w.]+\][\w.]+|\[\][\w.]+)$/gm)) if (!named.has(`${group}.${name}`)) named.set(`${group}.${name}`, { type, imports, group });
  for (const [, name, body] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)\n\}/gm)) structs.set(`${group}.${name}`, { body, imports, group });
}

function resolve(type, context, seen = 0) {
  if (type.startsWith("*")) return { ...resolve(type.slice(1), context), pointer: true };
  if (type === "[]byte") return { type: "y" };
  if (type.startsWith("[]")) {
    const item = resolve(type.slice(2), context);
    return { ...item, list: true };
  }
  const map = /^map\[[\w.]+\](.+)$/.exec(type);
  if (map) return { ...resolve(map[1], context), map: true };
  if (SCALARS[type]) return { type: SCALARS[type] };
  const [left, right] = type.split(".");
  const group = right === undefined ? context.group : context.imports[left];
  const name = right ?? left;
  if (group === "types" || (name === "UID" && group === "types")) return { type: "s" };
  if (group === "resource") return { type: "quantity" };
  if (group === "intstr") return { type: "intstr" };
  if (group === "runtime") return { type: name === "RawExtension" ? "raw" : "s" };
  if (group === "meta/v1" && name === "Time") return { type: "time" };
  if (group === "meta/v1" && name === "MicroTime") return { type: "microtime" };
  if (group === "meta/v1" && name === "Duration") return { type: "duration" };
  if (group === "meta/v1" && name === "FieldsV1") return { type: "fields" };
  const full = `${group}.${name}`;
  const alias = named.get(full);
  if (alias && !structs.has(full) && seen < 5) {
    const found = resolve(alias.type, alias, seen + 1);
    // A named list is a message of its own: {items}.
    return found.list && !SCALARS[alias.type] ? { ...found, list: false, items: true } : found;
  }
  return { type: full };
}

const lines = [];
for (const [full, { body, imports, group }] of [...structs].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const fields = [];
  for (const [, type, tag] of body.matchAll(/^\t(?:\w+ +)?([*\w.[\]]+) +`([^`]*)`/gm)) {
    const number = /protobuf:"\w+,(\d+),(\w+)/.exec(tag);
    if (!number) continue;
    const [, json = ""] = /json:"([^"]*)"/.exec(tag) ?? [];
    const [name, ...options] = json.split(",");
    const found = resolve(type, { imports, group });
    if (name === "-") continue;
    const flags = `${found.pointer ? "*" : ""}${found.list ? "[]" : ""}${found.map ? "{}" : ""}${found.items ? "()" : ""}`;
    const kept = options.includes("omitempty") || options.includes("omitzero") ? "" : "!";
    fields.push(`${number[1]}:${options.includes("inline") || name === "" ? "" : name}:${flags}${found.type}${kept}`);
  }
  if (fields.length > 0) lines.push(`${full} ${fields.join(" ")}`);
}
const known = new Set(lines.map((line) => line.split(" ")[0]));
for (const line of lines)
  for (const field of line.split(" ").slice(1)) {
    const type = field.split(":")[2].replace(/^[*[\]{}()]+/, "").replace(/!$/, "");
    if (type.includes("/") && !known.has(type)) console.error(`unknown type ${type} in ${line.split(" ")[0]}`);
  }
writeFileSync("src/serve/protobuf/messages.txt", `${lines.join("\n")}\n`);
console.log(`${lines.length} messages`);
