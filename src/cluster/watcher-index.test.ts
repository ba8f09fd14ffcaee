import fc from "fast-check";
import { expect, test } from "vitest";
import type { ApiObject } from "../api/object.ts";
import { cast } from "../base/units.ts";
import { ApiServer } from "../apiserver/server.ts";
import type { Component, WatchSpec } from "../client/component.ts";
import { Etcd } from "../etcd/etcd.ts";
import { WatcherIndex } from "./watcher-index.ts";

const SPECS: readonly WatchSpec[] = [
  { resource: "pods" },
  { resource: "pods", fieldSelector: "status.phase!=Succeeded" },
  { resource: "pods", fieldSelector: "spec.nodeName=n0" },
  { resource: "pods", fieldSelector: "spec.nodeName=n1" },
  { resource: "pods", fieldSelector: "metadata.name=a" },
  { resource: "pods", labelSelector: "app=web" },
];

function component(spec: WatchSpec, i: number): Component<unknown> {
  return { name: `c${i}`, watches: [spec], init: () => undefined, handle: () => undefined };
}

function pod(name: string, nodeName: string | undefined, app: string): ApiObject {
  const spec = nodeName === undefined ? {} : { nodeName };
  const metadata = { name, namespace: "default", uid: name, resourceVersion: "1", labels: { app } };
  return cast<ApiObject>({ apiVersion: "v1", kind: "Pod", metadata, spec });
}

test("watchers > those that are told for sure are those whose selectors say so", () => {
  const programs = SPECS.map((spec, i) => ({ component: component(spec, i), user: { name: "u", groups: [] } }));
  const index = new WatcherIndex(programs);
  const server = new ApiServer(new Etcd());
  const watches = SPECS.map(({ resource, ...selectors }) => server.openWatch(resource, selectors));
  const node = fc.constantFrom(undefined, "n0", "n1", "n2");
  const app = fc.constantFrom("web", "db");
  fc.assert(
    fc.property(fc.constantFrom("a", "b"), fc.option(node), fc.option(node), app, (name, was, is, label) => {
      if (was === null && is === null) return;
      const change = {
        at: 0,
        revision: 2,
        resource: "pods",
        key: `default/${name}`,
        by: "u",
        ...(was !== null && { before: pod(name, was, label) }),
        ...(is !== null && { after: pod(name, is, label) }),
      };
      const matching = watches.flatMap((opened, i) =>
        "watch" in opened && server.watchMatches(opened.watch, change) ? [i] : [],
      );
      const sure = [...index.concerned(change)];
      expect(sure.filter((i) => !matching.includes(i))).toEqual([]);
      const told = new Set([...index.all("pods"), ...sure]);
      expect(matching.filter((i) => !told.has(i))).toEqual([]);
    }),
  );
});
