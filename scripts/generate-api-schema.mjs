// Writes src/api/types/schema-text.ts: field tables of the API's wire types (JSON name, Go type, omission, merge keys),
// read from the struct declarations of k8s.io/api and k8s.io/apimachinery.
// Usage: node scripts/generate-api-schema.mjs <dir of k8s.io/api> <dir of k8s.io/apimachinery>
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

const [api, machinery] = process.argv.slice(2);
const packages = {
  "k8s.io/api/core/v1": `${api}/core/v1`,
  "k8s.io/api/apps/v1": `${api}/apps/v1`,
  "k8s.io/api/batch/v1": `${api}/batch/v1`,
  "k8s.io/api/autoscaling/v1": `${api}/autoscaling/v1`,
  "k8s.io/api/autoscaling/v2": `${api}/autoscaling/v2`,
  "k8s.io/api/policy/v1": `${api}/policy/v1`,
  "k8s.io/api/networking/v1": `${api}/networking/v1`,
  "k8s.io/api/discovery/v1": `${api}/discovery/v1`,
  "k8s.io/api/rbac/v1": `${api}/rbac/v1`,
  "k8s.io/api/storage/v1": `${api}/storage/v1`,
  "k8s.io/api/scheduling/v1": `${api}/scheduling/v1`,
  "k8s.io/api/coordination/v1": `${api}/coordination/v1`,
  "k8s.io/api/node/v1": `${api}/node/v1`,
  "k8s.io/apimachinery/pkg/apis/meta/v1": `${machinery}/pkg/apis/meta/v1`,
};
const short = (path) => path.replace("k8s.io/api/", "").replace("k8s.io/apimachinery/pkg/apis/", "");
const structs = new Map();
const aliases = new Map();
for (const [path, dir] of Object.entries(packages)) {
  for (const file of readdirSync(dir).sort()) {
    if (!/types\.go$/.test(file) && !["duration.go", "time.go", "micro_time.go"].includes(file)) continue;
    const text = readFileSync(`${dir}/${file}`, "utf8");
    const imports = new Map();
    for (const m of text.matchAll(/^\s+(\w+)?\s*"(k8s\.io\/[^"]+)"$/gm)) imports.set(m[1] ?? m[2].split("/").at(-1), m[2]);
    for (const m of text.matchAll(/^type (\w+) (string|bool|int32|int64|\[\]\w+|map\[[^\]]+\][\w.]+)$/gm))
      aliases.set(`${short(path)}.${m[1]}`, { type: m[2], imports, path });
    for (const m of text.matchAll(/^\t(\w+) (string)$/gm)) if (/^type \($/m.test(text)) aliases.set(`${short(path)}.${m[1]}`, { type: m[2], imports, path });
    for (const m of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
      const fields = [];
      let notes = [];
      for (const line of m[2].split("\n")) {
        const comment = /^\s*\/\/ ?(.*)$/.exec(line);
        if (comment) { notes.push(comment[1]); continue; }
        const f = /^\s*(?:(\w+)\s+)?([\w.*[\]{}]+)\s+`([^`]*)`/.exec(line);
        if (f) fields.push({ go: f[1], type: f[2], tag: f[3], notes });
        if (line.trim() !== "" || !f) notes = line.trim() === "" ? notes : [];
      }
      const above = text.slice(0, m.index).split("\n").slice(0, -1);
      let first = above.length;
      while (/^\/\//.test(above[first - 1] ?? "")) first -= 1;
      const atomic = above.slice(first).some((line) => /^\/\/ ?\+structType=atomic/.test(line));
      structs.set(`${short(path)}.${m[1]}`, { fields, imports, path, atomic });
    }
  }
}
const known = {
  "metav1.Time": "Time", "meta/v1.Time": "Time", "meta/v1.MicroTime": "MicroTime", "meta/v1.FieldsV1": "Any", "meta/v1.Duration": "Duration",
  "resource.Quantity": "Quantity", "intstr.IntOrString": "IntOrString", "runtime.RawExtension": "Any", "runtime.Object": "Any", "types.UID": "string:types.UID",
  "types.NodeName": "string:types.NodeName", "interface{}": "Any",
};
const seen = new Set();
const queue = [];
/** Wire type as text: "*", "[]", "map[]" prefixes; scalars; "string:core/v1.PodPhase" for named scalars; struct names. */
const wire = (type, owner) => {
  if (type.startsWith("*")) return `*${wire(type.slice(1), owner)}`;
  if (type === "[]byte") return "bytes";
  if (type.startsWith("[]")) return `[]${wire(type.slice(2), owner)}`;
  const map = /^map\[(\w+(?:\.\w+)?)\](.+)$/.exec(type);
  if (map) return `map[${map[1] === "string" ? "" : short(owner.path).split("/").at(-1) + "." + map[1]}]${wire(map[2], owner)}`;
  if (["string", "bool", "int32", "int64", "float64", "int", "uint32"].includes(type)) return type;
  if (known[type]) return known[type];
  const [pkg, name] = type.includes(".") ? type.split(".") : [undefined, type];
  const path = pkg === undefined ? owner.path : owner.imports.get(pkg);
  const full = `${short(path ?? pkg)}.${name}`;
  if (known[full]) return known[full];
  const alias = aliases.get(full);
  if (alias) {
    const inner = wire(alias.type, { ...alias });
    return /^(\[\]|map\[)/.test(inner) ? `${inner}` : `${inner}:${full}`;
  }
  if (!structs.has(full)) { console.error("unknown type", type, "in", owner.path); return "Any"; }
  if (!seen.has(full)) { seen.add(full); queue.push(full); }
  return full;
};
const out = [];
const roots = [...structs].filter(([name, s]) => s.fields.some((f) => f.type === "metav1.ObjectMeta" || f.type === "ObjectMeta")).map(([name]) => name);
for (const extra of ["meta/v1.DeleteOptions", "core/v1.Binding", "policy/v1.Eviction", "autoscaling/v1.Scale"]) if (!roots.includes(extra)) roots.push(extra);
for (const root of roots.sort()) if (!seen.has(root)) { seen.add(root); queue.push(root); }
const emit = (name) => {
  const s = structs.get(name);
  const lines = [];
  const add = (owner) => {
    for (const f of owner.fields) {
      const json = /json:"([^"]*)"/.exec(f.tag)?.[1] ?? "";
      const [key, ...flags] = json.split(",");
      if (key === "-") continue;
      if (flags.includes("inline") || (key === "" && !f.go)) {
        const base = f.type.replace("*", "");
        const [pkg, n] = base.includes(".") ? base.split(".") : [undefined, base];
        const full = `${short(pkg === undefined ? owner.path : owner.imports.get(pkg))}.${n}`;
        const inner = structs.get(full);
        if (inner) add(inner); else console.error("no inline", full);
        continue;
      }
      const parts = [key, wire(f.type, owner)];
      const flag = (flags.includes("omitzero") ? "z" : "") + (flags.includes("omitempty") ? "o" : "");
      if (flag) parts.push(flag);
      const strategy = /patchStrategy:"([^"]*)"/.exec(f.tag)?.[1];
      const mergeKey = /patchMergeKey:"([^"]*)"/.exec(f.tag)?.[1];
      if (strategy) parts.push(`patch=${strategy}`);
      if (mergeKey) parts.push(`key=${mergeKey}`);
      const listType = f.notes.map((n) => /^\+listType=(\w+)/.exec(n)?.[1]).find(Boolean) ?? f.notes.map((n) => /^\+(?:mapType|structType)=(\w+)/.exec(n)?.[1]).find(Boolean);
      const listKeys = f.notes.map((n) => /^\+listMapKey=(\w+)/.exec(n)?.[1]).filter(Boolean);
      if (listType) parts.push(`list=${listType}`);
      if (listKeys.length) parts.push(`keys=${listKeys.join(",")}`);
      const fallback = f.notes.map((n) => /^\+default="(\w+)"/.exec(n)?.[1]).find(Boolean);
      if (fallback) parts.push(`default=${fallback}`);
      lines.push(` ${parts.join(" ")}`);
    }
  };
  add(s);
  out.push([s.atomic ? `${name} atomic` : name, lines.sort()]);
};
while (queue.length) emit(queue.shift());
out.sort((a, b) => (a[0] < b[0] ? -1 : 1));
const text = out.map(([name, lines]) => `${name}\n${lines.join("\n")}`).join("\n");
writeFileSync("src/api/types/schema-text.ts", `// Generated by scripts/generate-api-schema.mjs from the published API types. Do not edit.

/** Field tables of the wire types: a type's name (atomic: owned as a whole), then a line a field: name, type, z/o (omitted when zero/empty), patch=, key=, list=, keys=, default=. */
export const schemaText: string = \`${text}\`;
`);
console.log(out.length, text.length);
