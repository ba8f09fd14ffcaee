import { expect, test } from "vitest";
import type { ApiObject } from "../api/object.ts";
import { cast } from "../base/units.ts";
import { workloadObjects } from "./workload-objects.ts";

const service = cast<ApiObject>({ apiVersion: "v1", kind: "Service", metadata: { namespace: "a", name: "web" } });
const other = cast<ApiObject>({ apiVersion: "v1", kind: "Service", metadata: { namespace: "b", name: "web" } });
const csi = cast<ApiObject>({ apiVersion: "storage.k8s.io/v1", kind: "CSINode", metadata: { name: "node-1" } });

test("workload objects > are found by resource, key and namespace", () => {
  const objects = workloadObjects([service, other, csi]);
  expect(objects.get("services", "b/web")).toBe(other);
  expect(objects.get("csinodes.storage.k8s.io", "node-1")).toBe(csi);
  expect([...objects.list("services")]).toEqual([service, other]);
  expect([...objects.inNamespace("services", "a")]).toEqual([service]);
  expect([...objects.list("namespaces")]).toEqual([]);
});

test("workload objects > a kind that no plugin looks up is refused", () => {
  const odd = cast<ApiObject>({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" } });
  expect(() => workloadObjects([odd])).toThrow("a workload cannot hold objects of kind ConfigMap");
});
