import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { cast } from "../../base/units.ts";
import { discoveryDocuments } from "../../apiserver/discovery/discovery.ts";
import type { DiscoveryDocuments } from "../../apiserver/discovery/discovery.ts";
import { EDGE_GROUPS } from "./edge-groups.ts";
import { packageRoot } from "../package-root.ts";

/** The index of OpenAPI v3: where the document of each group version is. */
export interface OpenApiIndex {
  readonly paths: { readonly [path: string]: { readonly serverRelativeURL: string } };
}

/** Discovery and OpenAPI documents as they are sent. */
export interface Documents {
  readonly discovery: DiscoveryDocuments;
  readonly index: OpenApiIndex;
  /** The compressed OpenAPI v3 document of "api/v1" or "apis/apps/v1". */
  group(path: string): Buffer | undefined;
}

const FOLDER = "src/serve/openapi/published";

/** Reads the documents that Kubernetes publishes for v1.36.2, cut to the groups that are served. */
export function openDocuments(url: string): Documents {
  const folder = join(packageRoot(), FOLDER);
  const have = new Set(readdirSync(folder));
  const whole = cast<OpenApiIndex>(JSON.parse(gunzipSync(readFileSync(join(folder, "v3-index.json.gz"))).toString()));
  const paths = Object.fromEntries(Object.entries(whole.paths).filter(([path]) => have.has(fileOf(path))));
  const read = new Map<string, Buffer>();
  return {
    discovery: discoveryDocuments(url.slice("https://".length), EDGE_GROUPS),
    index: { paths },
    group(path) {
      const file = fileOf(path);
      if (!have.has(file) || paths[path] === undefined) return undefined;
      let bytes = read.get(path);
      if (bytes === undefined) read.set(path, (bytes = readFileSync(join(folder, file))));
      return bytes;
    },
  };
}

/** "api/v1" is in core-v1.json.gz, "apis/rbac.authorization.k8s.io/v1" in rbac-v1.json.gz. */
function fileOf(path: string): string {
  const [, group = "", version] = path.split("/");
  return version === undefined ? `core-${group}.json.gz` : `${group.split(".")[0] ?? ""}-${version}.json.gz`;
}

/** Whether a path is one of a document that is served: "/version", "/openapi/v3/apis/apps/v1". */
export function hasOpenApiDocument(path: string): boolean {
  if (path === "/version" || path === "/openapi/v2" || path === "/openapi/v3") return true;
  const group = /^\/openapi\/v3\/(.+)$/.exec(path)?.[1];
  return group !== undefined && existsSync(join(packageRoot(), FOLDER, fileOf(group)));
}
