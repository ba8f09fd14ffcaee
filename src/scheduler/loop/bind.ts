import type { Pod } from "../../api/types/core-v1.ts";
import { podUid } from "../cache/pod-info.ts";
import type { Profile } from "../framework/profile.ts";
import { patchPodStatus } from "./failure-handler.ts";
import type { Loop } from "./state.ts";

/** Tells where a pod will be whose binding does not follow at once (NominatedNodeNameForExpectation). */
export function expectBinding(io: Loop["io"], pod: Pod, node: string): void {
  if (pod.status?.nominatedNodeName !== node) patchPodStatus(io, pod, { nominatedNodeName: node }, "status");
}

/** Sends the binding of the first Bind plugin that has one. */
export function sendBinding({ io }: Loop, profile: Profile, pod: Pod, node: string): void {
  const { name, namespace } = pod.metadata;
  for (const plugin of profile.plugins.bind) {
    const binding = plugin.bind?.(pod, node);
    if (binding === undefined) continue;
    io.request(
      {
        verb: "create",
        resource: "pods",
        ...(namespace !== undefined && { namespace }),
        name,
        subresource: "binding",
        body: binding.body,
      },
      { type: "bind", uid: podUid(pod), plugin: plugin.name },
    );
    return;
  }
}
