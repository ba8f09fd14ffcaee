import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { discoveryDocuments } from "../../src/apiserver/discovery/discovery.ts";
import { openDocuments } from "../../src/serve/openapi/documents.ts";

const read = (name: string): unknown =>
  JSON.parse(
    gunzipSync(readFileSync(new URL(`../conformance/golden/openapi/${name}.json.gz`, import.meta.url))).toString(
      "utf8",
    ),
  );

interface Resource {
  readonly resource: string;
  readonly subresources?: readonly object[];
}

interface Aggregated {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly { readonly version: string; readonly resources: readonly Resource[] }[];
  }[];
}

function resources({ items }: Aggregated): ReadonlyMap<string, Resource> {
  const found = new Map<string, Resource>();
  for (const { metadata, versions } of items)
    for (const { version, resources: all } of versions)
      for (const one of all) found.set(`${metadata.name ?? ""}/${version}/${one.resource}`, one);
  return found;
}

test("documents > every resource is announced as by a real server", () => {
  const { aggregated, plain } = discoveryDocuments("SERVER");
  for (const [path, file] of [
    ["/api", "discovery-api"],
    ["/apis", "discovery-apis"],
  ] as const) {
    const real = resources(read(file) as Aggregated);
    const ours = resources(aggregated.get(path) as unknown as Aggregated);
    expect(ours.size).toBeGreaterThan(path === "/api" ? 15 : 25);
    for (const [name, resource] of ours) expect(resource, name).toEqual(real.get(name));
  }
  const lists = read("plain-resource-lists") as {
    readonly [path: string]: { readonly resources?: readonly { readonly name: string }[] };
  };
  for (const [path, list] of plain) {
    const real = new Map(lists[path]?.resources?.map((one) => [one.name, one]));
    if (real.size === 0) continue;
    for (const one of (list as { readonly resources: readonly { readonly name: string }[] }).resources)
      expect(one, `${path} ${one.name}`).toEqual(real.get(one.name));
  }
});

test("documents > OpenAPI is what Kubernetes publishes", () => {
  const documents = openDocuments("https://127.0.0.1:1");
  const paths = Object.keys(documents.index.paths);
  expect(paths).toContain("api/v1");
  expect(paths).toContain("apis/apps/v1");
  for (const path of paths) {
    const packed = documents.group(path);
    expect(packed, path).toBeDefined();
    const { openapi } = JSON.parse(gunzipSync(packed ?? Buffer.alloc(0)).toString("utf8")) as {
      readonly openapi: string;
    };
    expect(openapi).toBe("3.0.0");
  }
});
