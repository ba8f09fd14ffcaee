// Writes src/apiserver/discovery/groups.ts from the discovery documents that a real kube-apiserver published.
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const from = process.argv[2] ?? "properties/conformance/golden/openapi";
const read = (name) => JSON.parse(gunzipSync(readFileSync(`${from}/${name}.json.gz`)).toString("utf8"));

const plain = read("plain-resource-lists");
const hashes = new Map();
for (const list of Object.values(plain))
  for (const resource of list.resources ?? [])
    if (resource.storageVersionHash !== undefined)
      hashes.set(`${list.groupVersion} ${resource.name}`, resource.storageVersionHash);

const STANDARD = "create delete deletecollection get list patch update watch";
const verbsOf = (verbs) => (verbs.join(" ") === STANDARD ? "" : verbs.join(" "));

const groups = [...read("discovery-api").items, ...read("discovery-apis").items].map((group) => ({
  name: group.metadata.name ?? "",
  versions: group.versions.map(({ version, resources }) => ({
    version,
    resources: resources.map((resource) => {
      const gv = group.metadata.name === undefined ? version : `${group.metadata.name}/${version}`;
      const hash = hashes.get(`${gv} ${resource.resource}`);
      const verbs = verbsOf(resource.verbs);
      const { group: responseGroup, version: responseVersion } = resource.responseKind;
      if (responseGroup !== "" || responseVersion !== "") throw new Error(resource.resource);
      return {
        name: resource.resource,
        kind: resource.responseKind.kind,
        singular: resource.singularResource,
        namespaced: resource.scope === "Namespaced",
        ...(resource.shortNames && { shortNames: resource.shortNames }),
        ...(resource.categories && { categories: resource.categories }),
        ...(verbs !== "" && { verbs: verbs.split(" ") }),
        ...(hash && { hash }),
        ...(resource.subresources && {
          subresources: resource.subresources.map(({ subresource, responseKind, verbs: allowed }) => ({
            name: subresource,
            kind: responseKind.kind,
            ...(responseKind.group !== "" && { group: responseKind.group }),
            ...(responseKind.version !== "" && { version: responseKind.version }),
            verbs: allowed,
          })),
        }),
      };
    }),
  })),
}));

const keys = (text) => text.replaceAll(/"(\w+)":/g, "$1:");
const write = (file, name, what, list) =>
  writeFileSync(
    `src/apiserver/discovery/${file}.ts`,
    `import type { DiscoveryGroup } from "./resource.ts";

/** ${what} that kube-apiserver v1.36.2 announces: written by scripts/generate-discovery.mjs from its documents. */
export const ${name}: readonly DiscoveryGroup[] = ${keys(JSON.stringify(list))};
`,
  );
write("core-group", "CORE_GROUP", "The core group", groups.slice(0, 1));
const WORKLOADS = ["apps", "autoscaling", "batch", "policy"];
write(
  "workload-groups",
  "WORKLOAD_GROUPS",
  "Groups of workloads",
  groups.filter(({ name }) => WORKLOADS.includes(name)),
);
write(
  "system-groups",
  "SYSTEM_GROUPS",
  "Groups of the cluster itself",
  groups.filter(({ name }) => name !== "" && !WORKLOADS.includes(name)),
);
