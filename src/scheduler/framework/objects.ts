import type { ApiObject, Resource } from "../../api/object.ts";

/** What plugins may look up besides nodes and pods: the listers of the scheduler's other informers. */
export interface Objects {
  get(resource: Resource, key: string): ApiObject | undefined;
  list(resource: Resource): Iterable<ApiObject>;
  inNamespace(resource: Resource, namespace: string): Iterable<ApiObject>;
  /** Another number after any change; absent where nobody counts, and then nothing that claims decide is remembered. */
  revision?(): number;
}

/** No objects at all. */
export const noObjects: Objects = { get: () => undefined, list: () => [], inNamespace: () => [] };
