import { readdirSync, readFileSync } from "node:fs";
import type { Manifest } from "../../src/api/object.ts";
import { kindNamed } from "../../src/apiserver/kinds/index.ts";
import { parseManifests } from "../../src/harness/plan/manifests.ts";

const FOLDER = new URL("../../scenarios/workloads/manifests/", import.meta.url);

/** A case of the recordings: every object of a file is posted and read back. */
export interface ManifestCase {
  readonly id: string;
  readonly group: string;
  readonly steps: readonly { readonly m: string; readonly p: string; readonly b?: unknown }[];
}

/** The cases of all manifests, in the order of their names. */
export function manifestCases(): readonly ManifestCase[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => {
      const manifests = parseManifests(readFileSync(new URL(file, FOLDER), "utf8"), file);
      return { id: `manifest-${file}`, group: "manifests", steps: manifests.flatMap(stepsOf) };
    });
}

function stepsOf(manifest: Manifest): ManifestCase["steps"] {
  const kind = kindNamed(manifest.apiVersion, manifest.kind);
  if (kind === undefined) throw new Error(`${manifest.apiVersion} ${manifest.kind} is not served`);
  const { name, namespace = "t" } = manifest.metadata;
  const root = kind.group === "" ? "/api/v1" : `/apis/${kind.group}/${kind.version}`;
  const path = `${root}${kind.namespaced ? `/namespaces/${namespace}` : ""}/${kind.plural}`;
  return [
    { m: "POST", p: path, b: manifest },
    { m: "GET", p: `${path}/${name ?? ""}` },
  ];
}
