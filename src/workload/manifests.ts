/** Kubernetes objects from YAML or JSON text: `parseManifests(text, fileName)`; mistakes are InputErrors. */
export { parseManifests } from "../harness/plan/manifests.ts";
