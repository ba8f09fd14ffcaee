import { expect, test } from "vitest";
import type { CSIStorageCapacity } from "../../api/types/storage-v1.ts";
import { cast } from "../../base/units.ts";
import { FieldErrors } from "../field-errors.ts";
import { validateStorageCapacity, validateStorageCapacityUpdate } from "./csi-storage-capacity.ts";

function capacity(fields: object = {}): CSIStorageCapacity {
  return cast({
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIStorageCapacity",
    metadata: { name: "c", namespace: "default" },
    storageClassName: "disks",
    nodeTopology: { matchLabels: { zone: "a" } },
    capacity: "10Gi",
    ...fields,
  });
}

function problems(object: CSIStorageCapacity, stored?: CSIStorageCapacity): readonly unknown[] {
  const errors = new FieldErrors();
  if (stored === undefined) validateStorageCapacity(object, errors);
  else validateStorageCapacityUpdate(object, stored, errors);
  return errors.causes.map(({ field }) => field);
}

test("a capacity of a class in a topology is taken; its amount may change", () => {
  expect(problems(capacity())).toEqual([]);
  expect(problems(capacity({ capacity: "20Gi" }), capacity())).toEqual([]);
});

test("the class must be a name, the topology a selector, the capacity not negative", () => {
  const wrong = { storageClassName: "No Name", nodeTopology: { matchExpressions: [{ key: "zone", operator: "In" }] } };
  expect(problems(capacity({ ...wrong, capacity: "-1" }))).toEqual([
    "nodeTopology.matchExpressions[0].values",
    "storageClassName",
    "capacity",
  ]);
});

test("what was asked of the driver stays", () => {
  expect(problems(capacity({ storageClassName: "other", nodeTopology: {} }), capacity())).toEqual([
    "nodeTopology",
    "storageClassName",
  ]);
});
