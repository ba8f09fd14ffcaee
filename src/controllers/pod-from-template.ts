import type { ApiObject } from "../api/object.ts";
import type { PodTemplateSpec } from "../api/types/core-v1.ts";
import { controllerReference } from "./requests.ts";

/** The body of a new pod of a template, controlled by `owner`; the server completes `generateName`. */
export function podFromTemplate(
  owner: ApiObject,
  template: PodTemplateSpec | undefined,
  generateName: string,
): { readonly [field: string]: unknown } {
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName,
      namespace: owner.metadata.namespace,
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
      ...(finalizers !== undefined && { finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template?.spec ?? {},
  };
}
