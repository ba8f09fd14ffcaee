/** shakedown: a deterministic Kubernetes in one process, and a harness that tries to break it. */
export type { ApiObject, Manifest } from "./api/object.ts";
