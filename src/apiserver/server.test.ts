import { describe, expect, it } from "vitest";
import { Etcd } from "../etcd/etcd.ts";
import { Random } from "../base/random.ts";
import { ApiServer } from "./server.ts";
import type { Request, Response } from "../api/request.ts";

function cluster() {
  const server = new ApiServer(new Etcd());
  const random = new Random(1);
  let now = 0;
  const send = (request: Request): Response =>
    server.handle(request, { now: (now += 10), random: (s) => random.next(s) });
  send({
    verb: "create",
    resource: "namespaces",
    body: { kind: "Namespace", apiVersion: "v1", metadata: { name: "t" } },
  });
  return { server, send };
}
const POD = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", labels: { app: "web" } },
  spec: { containers: [{ name: "c", image: "nginx" }] },
};

describe("ApiServer", () => {
  it("defaults a pod, binds it and deletes it gracefully", () => {
    const { server, send } = cluster();
    const made = send({ verb: "create", resource: "pods", namespace: "t", body: POD });
    expect(made).toMatchObject({
      ok: true,
      code: 201,
      object: { spec: { restartPolicy: "Always" }, status: { phase: "Pending" } },
    });
    const opened = server.openWatch("pods", { fieldSelector: "spec.nodeName=n1" });
    if (!("watch" in opened)) throw new Error("no watch");
    const bound = send({
      verb: "create",
      resource: "pods",
      namespace: "t",
      name: "p",
      subresource: "binding",
      user: { name: "system:kube-scheduler", groups: [] },
      body: {
        apiVersion: "v1",
        kind: "Binding",
        metadata: { name: "p", namespace: "t" },
        target: { kind: "Node", name: "n1" },
      },
    });
    expect(bound).toMatchObject({ ok: true, code: 201 });
    const gone = send({ verb: "delete", resource: "pods", namespace: "t", name: "p" });
    expect(gone).toMatchObject({ ok: true, object: { metadata: { deletionGracePeriodSeconds: 30, generation: 2 } } });
    send({ verb: "delete", resource: "pods", namespace: "t", name: "p", options: { gracePeriodSeconds: 0 } });
    expect(server.drain(opened.watch).map((e) => e.type)).toEqual(["ADDED", "MODIFIED", "MODIFIED", "DELETED"]);
    expect(server.objects("pods").size).toBe(0);
  });

  it("resumes from a copy of the state", () => {
    const { server, send } = cluster();
    send({ verb: "create", resource: "pods", namespace: "t", body: POD });
    const copy = new ApiServer(new Etcd(structuredClone(server.etcd.state)));
    expect(copy.objects("pods").get("t/p")).toEqual(server.objects("pods").get("t/p"));
  });

  it("says when etcd has no room for a write, and goes on when there is room again", () => {
    const { server, send } = cluster();
    server.etcd.setQuota(1);
    const create: Request = { verb: "create", resource: "pods", namespace: "t", body: POD };
    expect(send(create)).toMatchObject({
      ok: false,
      status: { code: 500, message: "etcdserver: mvcc: database space exceeded" },
    });
    server.etcd.setQuota(1_000_000);
    expect(send(create)).toMatchObject({ ok: true });
  });
});
