import type { Draft } from "../../base/draft.ts";
import type { Container, ContainerState, ContainerStatus, Pod, PodStatus } from "../../api/types/core-v1.ts";
import { timestamp } from "../../base/time.ts";
import { newestOf } from "../cri/pod-records.ts";
import type { ContainerRecord, PodRuntime } from "../cri/runtime-state.ts";
import { restartsAll, shouldBeStarted } from "../restart-policy.ts";
import { containerResources } from "../resources/container-resources.ts";
import type { StartFailure } from "../state.ts";

/** Exit code given to a container whose end nobody saw. */
const LOST = 137;
const RESTARTING_ALL = "RestartingAllContainers";
const RESTARTING_ALL_MESSAGE = "The container is removed because RestartAllContainers in place";

/** What container statuses are computed from. */
export interface StatusSource {
  readonly pod: Pod;
  readonly seen: PodRuntime | undefined;
  /** The last status, of the status manager or the API. */
  readonly old: PodStatus;
  readonly reasons: ReadonlyMap<string, StartFailure>;
}

/** Statuses of one list of containers, before readiness is known (convertToAPIContainerStatuses). */
export function containerStatuses(
  source: StatusSource,
  containers: readonly Container[],
  previous: readonly ContainerStatus[] | undefined,
  init: boolean,
): Draft<ContainerStatus>[] {
  const { pod, seen } = source;
  const restarting = restartsAll(pod, seen, source.old);
  const initializing = (pod.spec.initContainers ?? []).length > 0;
  const statuses: Draft<ContainerStatus>[] = [];
  for (const container of containers) {
    const old = previous?.find((s) => s.name === container.name);
    const records = recordsOf(seen, container.name);
    const [newest, before] = records;
    const draft =
      newest === undefined
        ? withoutRecord(container, old, initializing, restarting, pod)
        : fromRecord(container, newest, old);
    if (before !== undefined && newest !== undefined) draft.lastState = stateOf(before);
    const mounts = volumeMounts(container);
    if (mounts !== undefined) draft.volumeMounts = mounts;
    if (!init || !initializedAlready(draft, container, newest, pod, seen)) waitingReason(draft, container, source);
    statuses.push(draft);
  }
  if (!init) statuses.sort((a, b) => (a.name < b.name ? -1 : 1));
  return statuses;
}

/** A container's volume mounts as its status shows them. */
function volumeMounts({ volumeMounts: mounts }: Container): ContainerStatus["volumeMounts"] {
  if (mounts === undefined || mounts.length === 0) return undefined;
  return mounts.map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly === true && { readOnly, recursiveReadOnly: "Disabled" }),
  }));
}

/** The two newest records of a container, newest first. */
function recordsOf(seen: PodRuntime | undefined, name: string): ContainerRecord[] {
  const found: ContainerRecord[] = [];
  for (const record of seen?.containers ?? []) {
    if (record.name === name && found.push(record) === 2) break;
  }
  return found;
}

function withoutRecord(
  container: Container,
  old: ContainerStatus | undefined,
  initializing: boolean,
  restarting: boolean,
  pod: Pod,
): Draft<ContainerStatus> {
  if (restarting && old !== undefined && old.state?.waiting === undefined) return removedForRestart(container, old);
  if (old?.state?.terminated !== undefined) return { ...old };
  const draft: Draft<ContainerStatus> = {
    name: container.name,
    image: container.image ?? "",
    imageID: "",
    ready: false,
    restartCount: old?.restartCount ?? 0,
    state: { waiting: { reason: initializing ? "PodInitializing" : "ContainerCreating" } },
    lastState: old?.lastState ?? {},
  };
  if (old?.state?.running === undefined || draft.lastState?.terminated !== undefined) return draft;
  draft.lastState = {
    terminated: {
      reason: "ContainerStatusUnknown",
      message: "The container could not be located when the pod was deleted.  The container used to be Running",
      exitCode: LOST,
    },
  };
  if (pod.metadata.deletionTimestamp === undefined) draft.restartCount += 1;
  return draft;
}

function removedForRestart(container: Container, old: ContainerStatus): Draft<ContainerStatus> {
  const why = { reason: RESTARTING_ALL, message: RESTARTING_ALL_MESSAGE };
  const base =
    old.state?.terminated === undefined
      ? { name: container.name, image: container.image ?? "", imageID: "", ready: false }
      : old;
  return {
    ...base,
    restartCount: old.restartCount + 1,
    state: { waiting: why },
    lastState: { terminated: { ...why, exitCode: LOST } },
  };
}

function fromRecord(
  container: Container,
  record: ContainerRecord,
  old: ContainerStatus | undefined,
): Draft<ContainerStatus> {
  const id = containerId(record);
  const draft: Draft<ContainerStatus> = {
    name: record.name,
    image: record.image,
    imageID: record.image,
    containerID: id,
    ready: false,
    restartCount: Math.max(record.attempt, old?.restartCount ?? 0),
    state: stateOf(record),
    lastState: {},
  };
  const ended = old?.state?.terminated;
  if (ended !== undefined && old?.containerID !== id) draft.lastState = { terminated: ended };
  else if (old?.lastState?.terminated !== undefined) draft.lastState = { terminated: old.lastState.terminated };
  if (record.state === "running") {
    if (ended !== undefined && old !== undefined && old.restartCount >= record.attempt)
      draft.restartCount = old.restartCount + 1;
    if (old?.started !== undefined) draft.started = old.started;
  }
  draft.resources = containerResources(container, record);
  const requests = container.resources?.requests;
  if (requests !== undefined) draft.allocatedResources = requests;
  return draft;
}

/** The id of a record as the API shows it. */
export function containerId(record: ContainerRecord): string {
  return `containerd://${record.id}`;
}

function stateOf(record: ContainerRecord): ContainerState {
  if (record.state === "created") return { waiting: {} };
  if (record.state === "running") return { running: { startedAt: timestamp(record.startedAt ?? 0) } };
  return {
    terminated: {
      exitCode: record.exitCode ?? 0,
      ...(record.reason !== undefined && { reason: record.reason }),
      ...(record.message !== undefined && { message: record.message }),
      startedAt: timestamp(record.startedAt ?? record.createdAt),
      finishedAt: timestamp(record.finishedAt ?? record.createdAt),
      containerID: containerId(record),
    },
  };
}

/** Init containers that are done stay as they are; lost ones count as done once a main container exists. */
function initializedAlready(
  draft: Draft<ContainerStatus>,
  container: Container,
  newest: ContainerRecord | undefined,
  pod: Pod,
  seen: PodRuntime | undefined,
): boolean {
  if (newest !== undefined) return newest.state === "exited" && newest.exitCode === 0;
  if (container.restartPolicy === "Always" || draft.state?.waiting === undefined) return false;
  if (!pod.spec.containers.some((c) => newestOf(seen, c.name) !== undefined)) return false;
  draft.state = {
    terminated: {
      reason: "Completed",
      message:
        "Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally",
      exitCode: 0,
    },
  };
  return true;
}

/** A container that ought to run shows why it does not, if the last sync left a reason. */
function waitingReason(draft: Draft<ContainerStatus>, container: Container, source: StatusSource): void {
  if (!shouldBeStarted(container, source.pod, source.seen)) return;
  const failure = source.reasons.get(container.name);
  if (failure === undefined) return;
  if (draft.state?.terminated !== undefined) draft.lastState = draft.state;
  draft.state = { waiting: { reason: failure.reason, ...(failure.message !== "" && { message: failure.message }) } };
}
