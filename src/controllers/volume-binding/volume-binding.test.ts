import { expect, test } from "vitest";
import type { ApiObject, Resource } from "../../api/object.ts";
import { objectKey } from "../../api/object.ts";
import { cast } from "../../base/units.ts";
import type { Controller, Sync } from "../../client/controller.ts";
import { persistentVolumeController } from "./controller.ts";
import { externalProvisioner } from "./provisioner.ts";

const CLAIMS = "persistentvolumeclaims";
const VOLUMES = "persistentvolumes";
const CLASSES = "storageclasses.storage.k8s.io";

function claim(
  overlay: { readonly metadata?: object; readonly spec?: object; readonly status?: object } = {},
): ApiObject {
  return cast({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "c", namespace: "default", uid: "u", resourceVersion: "7", ...overlay.metadata },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "5Gi" } }, ...overlay.spec },
    status: { phase: "Pending", ...overlay.status },
  });
}

function volume(
  name: string,
  size: string,
  overlay: { readonly spec?: object; readonly status?: object } = {},
): ApiObject {
  return cast({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, uid: name, resourceVersion: "3" },
    spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: size }, ...overlay.spec },
    status: { phase: "Available", ...overlay.status },
  });
}

function storageClass(volumeBindingMode: string): ApiObject {
  return cast({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "fast" },
    provisioner: "example.com/disk",
    volumeBindingMode,
  });
}

/** The writes of a sync of `key`, as "verb resource name subresource", and their bodies. */
function sync(
  key: string,
  objects: { readonly [resource: Resource]: readonly ApiObject[] },
  controller: Controller<undefined> = persistentVolumeController(),
) {
  const of = (resource: Resource) => ({
    get: (name: string) => (objects[resource] ?? []).find((object) => objectKey(object) === name),
    list: () => objects[resource] ?? [],
    byIndex: () => [],
    size: 0,
  });
  const { writes } = controller.reconcile(cast<Sync<undefined>>({ key, now: 0, listers: { of } }));
  const requests = writes.flat().map(({ request }) => request);
  return {
    said: requests.map(({ verb, resource, name = "", subresource = "" }) =>
      `${verb} ${resource} ${name} ${subresource}`.trim().replaceAll(/ +/g, " "),
    ),
    bodies: requests.map(({ body }) => body),
  };
}

test("a claim is bound to the smallest volume that is large enough, in four writes", () => {
  const volumes = [volume("big", "10Gi"), volume("small", "2Gi"), volume("middle", "5Gi")];
  const { said, bodies } = sync("claim default/c", { [CLAIMS]: [claim()], [VOLUMES]: volumes });
  expect(said).toEqual([
    "patch persistentvolumes middle",
    "patch persistentvolumes middle status",
    "patch persistentvolumeclaims c",
    "patch persistentvolumeclaims c status",
  ]);
  expect(bodies[0]).toMatchObject({ spec: { claimRef: { name: "c", namespace: "default", uid: "u" } } });
  expect(bodies[2]).toMatchObject({ spec: { volumeName: "middle" } });
});

test("a claim of a class that waits for its consumer is left alone until a node is selected, and asks for a volume then", () => {
  const spec = { storageClassName: "fast" };
  const classes = { [CLASSES]: [storageClass("WaitForFirstConsumer")] };
  expect(sync("claim default/c", { [CLAIMS]: [claim({ spec })], ...classes }).said).toEqual([]);
  const metadata = { annotations: { "volume.kubernetes.io/selected-node": "n1" } };
  const { said, bodies } = sync("claim default/c", { [CLAIMS]: [claim({ metadata, spec })], ...classes });
  expect(said).toEqual(["patch persistentvolumeclaims c"]);
  expect(bodies[0]).toEqual({
    metadata: {
      annotations: {
        "volume.kubernetes.io/storage-provisioner": "example.com/disk",
        "volume.beta.kubernetes.io/storage-provisioner": "example.com/disk",
      },
    },
  });
});

test("a claim of a class that binds at once asks at once; without class and volume it waits", () => {
  const classes = { [CLASSES]: [storageClass("Immediate")] };
  const said = sync("claim default/c", { [CLAIMS]: [claim({ spec: { storageClassName: "fast" } })], ...classes }).said;
  expect(said).toEqual(["patch persistentvolumeclaims c"]);
  expect(sync("claim default/c", { [CLAIMS]: [claim()] }).said).toEqual([]);
});

test("a bound claim whose volume is gone is Lost", () => {
  const metadata = { annotations: { "pv.kubernetes.io/bind-completed": "yes" } };
  const { bodies } = sync("claim default/c", { [CLAIMS]: [claim({ metadata, spec: { volumeName: "gone" } })] });
  expect(bodies).toEqual([{ status: { phase: "Lost", accessModes: null, capacity: null } }]);
});

test("a volume whose claim is gone is Released; one that was provisioned is deleted then", () => {
  const claimRef = { namespace: "default", name: "c", uid: "u" };
  const kept = volume("v", "5Gi", { spec: { claimRef }, status: { phase: "Bound" } });
  expect(sync("volume v", { [VOLUMES]: [kept] }).bodies).toMatchObject([{ status: { phase: "Released" } }]);
  const made = volume("v", "5Gi", {
    spec: { claimRef, persistentVolumeReclaimPolicy: "Delete" },
    status: { phase: "Released" },
  });
  const annotated = cast<ApiObject>({
    ...made,
    metadata: { ...made.metadata, annotations: { "pv.kubernetes.io/provisioned-by": "example.com/disk" } },
  });
  expect(sync("volume v", { [VOLUMES]: [annotated] }).said).toEqual(["delete persistentvolumes v"]);
  expect(sync("volume v", { [VOLUMES]: [made] }).said).toEqual([]);
});

test("the provisioner makes a volume for a claim that asks for one, with the policy of its class", () => {
  const metadata = { annotations: { "volume.kubernetes.io/storage-provisioner": "example.com/disk" } };
  const objects = { [CLAIMS]: [claim({ metadata })] };
  const { said, bodies } = sync("default/c", objects, externalProvisioner());
  expect(said).toEqual(["create persistentvolumes"]);
  expect(bodies[0]).toMatchObject({
    metadata: { name: "pvc-u", annotations: { "pv.kubernetes.io/provisioned-by": "example.com/disk" } },
    spec: { claimRef: { uid: "u" }, persistentVolumeReclaimPolicy: "Delete", capacity: { storage: "5Gi" } },
  });
  expect(sync("default/c", { [CLAIMS]: [claim()] }, externalProvisioner()).said).toEqual([]);
});
