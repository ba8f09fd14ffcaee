import { cast } from "../../base/units.ts";
import type { ApiObject, Resource } from "../../api/object.ts";
import type { PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import type { Ingress } from "../../api/types/networking-v1.ts";
import type { Server } from "../server-state.ts";

/** The newest object that is marked as default; of equal age the first by name. */
function defaultOf(server: Server, resource: Resource, annotations: readonly string[]): string | undefined {
  let best: ApiObject | undefined;
  for (const object of server.etcd.objects(resource).values()) {
    const { metadata } = object;
    if (!annotations.some((key) => metadata.annotations?.[key] === "true")) continue;
    const newer = best === undefined || metadata.creationTimestamp > best.metadata.creationTimestamp;
    const sameAge = best !== undefined && metadata.creationTimestamp === best.metadata.creationTimestamp;
    if (newer || (sameAge && metadata.name < (best?.metadata.name ?? ""))) best = object;
  }
  return best?.metadata.name;
}

const STORAGE = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

/** DefaultStorageClass: claims that name no class get the default one. */
export function addStorageClass(server: Server, claim: PersistentVolumeClaim): PersistentVolumeClaim {
  if (claim.spec?.storageClassName !== undefined) return claim;
  if (claim.metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] !== undefined) return claim;
  const name = defaultOf(server, "storageclasses.storage.k8s.io", STORAGE);
  return name === undefined ? claim : { ...claim, spec: { ...claim.spec, storageClassName: name } };
}

/** DefaultIngressClass: ingresses that name no class get the default one. */
export function addIngressClass(server: Server, ingress: Ingress): Ingress {
  if (ingress.spec?.ingressClassName !== undefined) return ingress;
  if (ingress.metadata.annotations?.["kubernetes.io/ingress.class"] !== undefined) return ingress;
  const name = defaultOf(server, "ingressclasses.networking.k8s.io", ["ingressclass.kubernetes.io/is-default-class"]);
  return name === undefined
    ? ingress
    : cast<Ingress>({ ...ingress, spec: { ...ingress.spec, ingressClassName: name } });
}
