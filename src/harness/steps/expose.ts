import { text, whole, word } from "../plan/fields.ts";
import { editStep } from "./edit.ts";
import type { EditState } from "./edit.ts";
import { success } from "./failure.ts";
import { workload } from "./pod-template.ts";
import type { StepProgram } from "./step-program.ts";
import { targeted } from "./target.ts";
import type { TargetParams } from "./target.ts";

interface ExposeParams extends TargetParams {
  /** Name of the Service; absent: that of the workload. */
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly type: "ClusterIP" | "NodePort" | "LoadBalancer";
}

/** kubectl expose. */
export const expose: StepProgram<ExposeParams, EditState<ExposeParams>> = editStep({
  name: "expose",
  params: targeted<ExposeParams>(["deployment", "replicaset", "pod"], {
    name: text.exactOptional(),
    port: whole(1, 65_535),
    targetPort: whole(1, 65_535).exactOptional(),
    protocol: word("TCP", "UDP", "SCTP").default("TCP"),
    type: word("ClusterIP", "NodePort", "LoadBalancer").default("ClusterIP"),
  }),
  edit(params, object) {
    const selector = object.kind === "Pod" ? object.metadata.labels : workload(object).spec?.selector?.matchLabels;
    if (selector === undefined)
      return {
        done: { ok: false, message: "error: couldn't retrieve selectors via --selector flag or introspection" },
      };
    const namespace = object.metadata.namespace ?? "default";
    const name = params.name ?? object.metadata.name;
    if (name === "") return { done: success("nothing to expose") };
    const body = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace, ...(object.metadata.labels !== undefined && { labels: object.metadata.labels }) },
      spec: {
        ports: [{ port: params.port, protocol: params.protocol, targetPort: params.targetPort ?? params.port }],
        selector,
        ...(params.type !== "ClusterIP" && { type: params.type }),
      },
    };
    return {
      write: { verb: "create", resource: "services", namespace, options: { fieldManager: "kubectl-expose" }, body },
      said: `service/${name} exposed`,
    };
  },
});
