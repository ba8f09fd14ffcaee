import { withField } from "../base/with-field.ts";
import type { Container } from "../api/types/core-v1.ts";
import { advanced, holding } from "./back-off.ts";
import { podEvent } from "./recorder.ts";
import type { Kubelet, PodWorker, StartFailure } from "./state.ts";

/** An image (as the spec names it, and with its tag) that has to be pulled first, one that is there, or why neither is possible (EnsureImageExists). */
export type ImageDecision =
  | { readonly pull: boolean; readonly image: string; readonly reference: string }
  | { readonly failure: StartFailure };

/** Looks whether the image of a container is there and may be used, by its pull policy and the back-off. */
export function decideImage(kubelet: Kubelet, worker: PodWorker, container: Container): ImageDecision {
  const asked = container.image ?? "";
  const image = withTag(asked);
  if (image === undefined) {
    const message = `Failed to apply default image tag "${asked}": couldn't parse image name "${asked}": invalid reference format${/[A-Z]/.test(asked) ? `: repository name (library/${asked}) must be lowercase` : ""}`;
    podEvent(kubelet, worker, "Warning", "InspectFailed", message, container.name);
    return { failure: { reason: "InvalidImageName", message } };
  }
  const present = imagePresent(kubelet, image) || imagePresent(kubelet, asked);
  const policy = container.imagePullPolicy ?? (image.endsWith(":latest") ? "Always" : "IfNotPresent");
  if (present && policy !== "Always") {
    const message = `Container image "${asked}" already present on machine and can be accessed by the pod`;
    podEvent(kubelet, worker, "Normal", "Pulled", message, container.name);
    return { pull: false, image: asked, reference: image };
  }
  if (policy === "Never") {
    const message = `Container image "${asked}" is not present with pull policy of Never`;
    podEvent(kubelet, worker, "Warning", "ErrImageNeverPull", message, container.name);
    return { failure: { reason: "ErrImageNeverPull", message } };
  }
  // HOT: a key that is put together is hashed anew each time.
  const { imageBackOff } = kubelet.state;
  const entry = imageBackOff.size === 0 ? undefined : imageBackOff.get(imageKey(worker, asked));
  if (entry !== undefined && holding(entry, entry.updatedAt, kubelet.io.now) !== undefined) {
    podEvent(kubelet, worker, "Normal", "BackOff", `Back-off pulling image "${asked}"`, container.name);
    const message = `Back-off pulling image "${asked}": ErrImagePull: ${entry.error ?? ""}`;
    return { failure: { reason: "ImagePullBackOff", message } };
  }
  podEvent(kubelet, worker, "Normal", "Pulling", `Pulling image "${asked}"`, container.name);
  return { pull: true, image: asked, reference: image };
}

/** Counts a failed pull, and says why the container waits. */
export function pullFailed(
  kubelet: Kubelet,
  worker: PodWorker,
  container: string,
  image: string,
  error: string,
): StartFailure {
  const key = imageKey(worker, image);
  const { now } = kubelet.io;
  const entry = advanced(kubelet.state.imageBackOff.get(key), now, now);
  kubelet.state.imageBackOff.set(key, withField(entry, "error", error));
  podEvent(kubelet, worker, "Warning", "Failed", `Failed to pull image "${image}": ${error}`, container);
  return { reason: "ErrImagePull", message: error };
}

/** Notes that an image has come onto the node. */
export function pullSucceeded(
  kubelet: Kubelet,
  worker: PodWorker,
  container: string,
  image: string,
  takes: number,
): void {
  kubelet.state.images.add(image);
  const time = took(takes);
  const message = `Successfully pulled image "${image}" in ${time} (${time} including waiting). Image size: 1048576 bytes.`;
  podEvent(kubelet, worker, "Normal", "Pulled", message, container);
}

function took(ms: number): string {
  return ms < 1000 ? `${ms}ms` : `${ms / 1000}s`;
}

function imageKey(worker: PodWorker, image: string): string {
  return `${worker.uid}_${image}`;
}

function imagePresent({ state }: Kubelet, image: string): boolean {
  return state.images.has(image) || (state.imagesAbsent !== undefined && !state.imagesAbsent.has(image));
}

/** The reference with its default tag; undefined when it is no reference. */
function withTag(image: string): string | undefined {
  if (!/^[a-z0-9]+(?:[._:/-]+[A-Za-z0-9_]+)*(?:@sha256:[0-9a-f]{64})?$/.test(image)) return undefined;
  const name = image.slice(image.lastIndexOf("/") + 1);
  return name.includes(":") || name.includes("@") ? image : `${image}:latest`;
}
