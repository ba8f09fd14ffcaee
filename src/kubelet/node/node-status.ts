import type { ApiObject } from "../../api/object.ts";
import type { Response } from "../../api/request.ts";
import type { Node } from "../../api/types/core-v1.ts";
import { MINUTE, SECOND, cast } from "../../base/units.ts";
import type { Kubelet } from "../state.ts";
import { wakeAt } from "../wakes.ts";
import { nodeObject, nodeStatus } from "./node-object.ts";

/** A status without change is reported so often (nodeStatusReportFrequency). */
const REPORT = 5 * MINUTE;
const REGISTER_FIRST = SECOND / 5;
const REGISTER_MAX = 7 * SECOND;

/** Creates the Node object, or takes over the one that exists. */
export function registerNode({ config, io }: Kubelet): void {
  io.request({ verb: "create", resource: "nodes", body: nodeObject(config, io.now) }, { type: "register" });
}

/** The answer to the registration: retried with doubling waits, 200 ms to 7 s. */
export function registerReply(kubelet: Kubelet, response: Response): void {
  const { state, io } = kubelet;
  if (response.ok || response.status.reason === "AlreadyExists") {
    state.node.registered = true;
    if (!response.ok) reportNodeStatus(kubelet);
    armReport(kubelet);
    return;
  }
  const wait = Math.min(REGISTER_MAX, REGISTER_FIRST * 2 ** state.node.attempts);
  state.node.attempts += 1;
  wakeAt(kubelet, io.now + wait, "register");
}

/** The kubelet looks at its node's status so often (nodeStatusUpdateFrequency). */
const UPDATE = 10 * SECOND;

/** Somebody else says that the node is not ready (the node lifecycle controller): corrected at the next look. */
export function nodeChanged(kubelet: Kubelet, object: ApiObject | undefined): void {
  const ready =
    object === undefined ? undefined : cast<Node>(object).status?.conditions?.find((c) => c.type === "Ready");
  if (ready !== undefined && ready.status !== "True") reportAtNextLook(kubelet);
}

/** The answer to a report: one that failed is sent again at the next look. */
export function nodeStatusReply(kubelet: Kubelet, response: Response): void {
  if (!response.ok && response.status.code !== 404) reportAtNextLook(kubelet);
}

function reportAtNextLook(kubelet: Kubelet): void {
  const { state, io } = kubelet;
  const looks = Math.floor((io.now - state.startedAt) / UPDATE) + 1;
  wakeAt(kubelet, state.startedAt + looks * UPDATE, "nodeStatus", "", "correct");
}

/** Sends the node's status. */
export function reportNodeStatus(kubelet: Kubelet): void {
  const { config, io } = kubelet;
  const previous = io.listers.of("nodes").get(config.node);
  const status = nodeStatus(config, io.now, previous === undefined ? undefined : cast<Node>(previous).status);
  io.request(
    {
      verb: "patch",
      resource: "nodes",
      name: config.node,
      subresource: "status",
      patchType: "strategic",
      body: { status },
    },
    { type: "nodeStatus" },
  );
}

/** Reports at last every five minutes while somebody looks. */
export function armReport(kubelet: Kubelet): void {
  if (!kubelet.io.quiet) wakeAt(kubelet, kubelet.io.now + REPORT, "nodeStatus", "", "report");
}
