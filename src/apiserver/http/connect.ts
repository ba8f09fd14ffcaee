import { cast } from "../../base/units.ts";
import { keyOf } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Etcd } from "../../etcd/etcd.ts";
import { badRequest, failure, invalid, notFound, UNKNOWN_RESOURCE } from "../failure.ts";
import type { Failure } from "../failure.ts";
import { FieldErrors } from "../field-errors.ts";
import type { Target } from "./path.ts";

type Query = ReadonlyMap<string, readonly string[]>;

const STREAMS: ReadonlySet<string> = new Set(["log", "exec", "attach", "portforward"]);

/** Whether a path leads into a pod, where its kubelet answers. */
export function leadsIntoPod({ kind, subresource = "" }: Target): boolean {
  return kind.plural === "pods" && STREAMS.has(subresource);
}

/** What the API server says before it asks a kubelet, of which this one has none; "" for a log that has not begun. */
export function answerWithoutKubelet(etcd: Etcd, target: Target, query: Query): Failure | "" {
  const { kind, name = "", namespace = "", subresource } = target;
  if (subresource === "log") {
    const errors = logOptionErrors(query);
    if (errors.causes.length > 0) return invalid("PodLogOptions", "", name, errors.causes);
  }
  const found = etcd.get("pods", keyOf(namespace, name));
  if (found === undefined) return notFound(kind, name);
  const pod = cast<Pod>(found);
  const wrong = subresource === "portforward" ? undefined : containerProblem(pod, query.get("container")?.[0] ?? "");
  if (wrong !== undefined) return badRequest(wrong);
  const { nodeName = "" } = pod.spec;
  if (nodeName === "") return subresource === "log" ? "" : badRequest(`pod ${name} does not have a host assigned`);
  return etcd.get("nodes", nodeName) === undefined ? notFound(kind, nodeName) : noKubelet();
}

function noKubelet(): Failure {
  const { status } = UNKNOWN_RESOURCE;
  return failure(status.code, "NotFound", status.message ?? "", {});
}

function containerProblem({ metadata, spec }: Pod, asked: string): string | undefined {
  const names = spec.containers.map(({ name }) => name);
  const init = (spec.initContainers ?? []).map(({ name }) => name);
  const ephemeral = (spec.ephemeralContainers ?? []).map(({ name }) => name);
  const chosen = asked === "" ? (metadata.annotations?.["kubectl.kubernetes.io/default-container"] ?? "") : asked;
  if (chosen !== "")
    return [...names, ...init, ...ephemeral].includes(chosen)
      ? undefined
      : `container ${chosen} is not valid for pod ${metadata.name}`;
  if (names.length === 1) return undefined;
  const others = init.length === 0 ? "" : ` or one of the init containers: [${init.join(" ")}]`;
  return `a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(" ")}]${others}`;
}

function logOptionErrors(query: Query): FieldErrors {
  const errors = new FieldErrors();
  const number = (key: string): number | undefined => {
    const text = query.get(key)?.[0];
    return text === undefined || text === "" ? undefined : Number(text);
  };
  const [tail, limit, since] = [number("tailLines"), number("limitBytes"), number("sinceSeconds")];
  if (tail !== undefined && tail < 0) errors.invalid("tailLines", tail, "must be greater than or equal to 0");
  if (limit !== undefined && limit < 1) errors.invalid("limitBytes", limit, "must be greater than 0");
  if (since !== undefined && query.has("sinceTime"))
    errors.forbidden("sinceSeconds", "at most one of `sinceTime` or `sinceSeconds` may be specified");
  else if (since !== undefined && since < 1) errors.invalid("sinceSeconds", since, "must be greater than 0");
  return errors;
}
