import type { Resource } from "../api/object.ts";

const template = { metadata: {}, spec: { containers: null } };

/** Fields that Go's types write even when nothing is in them, besides the metadata. */
const EMPTY: { readonly [resource: Resource]: { readonly [field: string]: unknown } } = {
  pods: { spec: { containers: null }, status: {} },
  namespaces: { spec: {}, status: {} },
  services: { spec: {}, status: { loadBalancer: {} } },
  persistentvolumeclaims: { spec: { resources: {} }, status: {} },
  persistentvolumes: { spec: {}, status: {} },
  "deployments.apps": { spec: { replicas: 0, selector: null, template, strategy: {} }, status: {} },
  "replicasets.apps": { spec: { replicas: 0, selector: null, template }, status: { replicas: 0 } },
  "statefulsets.apps": {
    spec: { replicas: 0, selector: null, template, serviceName: "", updateStrategy: {} },
    status: { replicas: 0, availableReplicas: 0 },
  },
  "daemonsets.apps": {
    spec: { selector: null, template, updateStrategy: {} },
    status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  },
  "jobs.batch": { spec: { template }, status: {} },
  "cronjobs.batch": { spec: { schedule: "", jobTemplate: { metadata: {}, spec: { template } } }, status: {} },
};

/** What an object of a resource without content looks like on the wire, as in bookmarks. */
export function emptyFields(resource: Resource): { readonly [field: string]: unknown } {
  return EMPTY[resource] ?? {};
}
