import { describe, expect, it } from "vitest";
import type { ApiObject } from "../api/object.ts";
import { cast } from "../base/units.ts";
import type { LogEntry } from "../etcd/state.ts";
import { pod } from "./kinds/pod.ts";
import { parseSelection } from "./selection.ts";
import { isFailure } from "./failure.ts";
import { triggered, triggerOf } from "./triggers.ts";

const on = (nodeName?: string): ApiObject =>
  cast<ApiObject>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "a", namespace: "default", uid: "u", resourceVersion: "1", creationTimestamp: "" },
    spec: { containers: [], ...(nodeName !== undefined && { nodeName }) },
  });

function entry(revision: number, before: LogEntry["before"], after: LogEntry["after"]): LogEntry {
  return {
    revision,
    resource: "pods",
    key: "default/a",
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  };
}

function triggerFor(fieldSelector: string): ReturnType<typeof triggerOf> {
  const selection = parseSelection(pod, { fieldSelector });
  if (isFailure(selection)) throw new Error(fieldSelector);
  return triggerOf(selection);
}

describe("triggers", () => {
  it("are equalities, of the name first", () => {
    expect(triggerFor("spec.nodeName=n1")).toMatchObject({ field: "spec.nodeName", value: "n1" });
    expect(triggerFor("spec.nodeName=n1,metadata.name=a")).toMatchObject({ field: "metadata.name", value: "a" });
    expect(triggerFor("status.phase!=Failed")).toBeUndefined();
    expect(triggerFor("")).toBeUndefined();
  });

  it("find what came, changed, left and was removed, also in a log that grows and is compacted", () => {
    const log = [entry(1, undefined, on()), entry(2, on(), on("n1")), entry(3, on("n1"), on("n1"))];
    const find = (value: string): readonly number[] =>
      triggered(pod, log, { field: "spec.nodeName", value }).map(({ revision }) => revision);
    expect(find("n1")).toEqual([2, 3]);
    expect(find("")).toEqual([1, 2]);
    log.push(entry(4, on("n1"), on("n2")), entry(5, on("n2"), undefined));
    expect(find("n1")).toEqual([2, 3, 4]);
    expect(find("n2")).toEqual([4, 5]);
    log.splice(0, 2);
    expect(find("n1")).toEqual([3, 4]);
    expect(find("n3")).toEqual([]);
  });
});
