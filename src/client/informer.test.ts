import { expect, test } from "vitest";
import type { ApiObject, Manifest } from "../api/object.ts";
import { cast } from "../base/units.ts";
import type { WatchSpec } from "./component.ts";
import { applyToStore, emptyStore } from "./informer.ts";

const NODE = { nodeName: "node-1" };
const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "default" }, spec: NODE, status: {} };

/** One index over everything that an index may look at. */
const SPEC: WatchSpec = {
  resource: "pods",
  indexes: {
    all: ({ metadata, ...rest }) => [
      JSON.stringify([metadata.labels, metadata.annotations, metadata.ownerReferences, cast<Manifest>(rest)["spec"]]),
    ],
  },
};

test.each([
  ["labels", { ...pod, metadata: { ...pod.metadata, labels: { app: "web" } } }],
  ["annotations", { ...pod, metadata: { ...pod.metadata, annotations: { mode: "Auto" } } }],
  ["owners", { ...pod, metadata: { ...pod.metadata, ownerReferences: [{ uid: "1" }] } }],
  ["spec", { ...pod, spec: { nodeName: "node-2" } }],
  ["only status", { ...pod, status: { phase: "Running" } }],
])("an index follows a change of %s", (_what, changed) => {
  const versioned = (object: { readonly metadata: object }, resourceVersion: string): ApiObject =>
    cast<ApiObject>({ ...object, metadata: { ...object.metadata, resourceVersion } });
  const moved = emptyStore(SPEC);
  applyToStore(moved, SPEC, "default/web", versioned(pod, "1"));
  applyToStore(moved, SPEC, "default/web", versioned(changed, "2"));
  const fresh = emptyStore(SPEC);
  applyToStore(fresh, SPEC, "default/web", versioned(changed, "2"));
  expect(moved.indexes).toEqual(fresh.indexes);
});
