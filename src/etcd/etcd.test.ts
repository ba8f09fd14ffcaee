import { describe, expect, it } from "vitest";
import type { ApiObject } from "../api/object.ts";
import { Etcd } from "./etcd.ts";
import { firstAfter } from "./log.ts";

const value: ApiObject = {
  apiVersion: "v1",
  kind: "Lease",
  metadata: { name: "l", uid: "", resourceVersion: "", creationTimestamp: "" },
};
const put = { resource: "leases", key: "t/l", value };

describe("Etcd", () => {
  it("removes the keys of a lease that was not kept alive", () => {
    const etcd = new Etcd();
    etcd.grant("one", 1000, 0);
    etcd.txn([], [{ ...put, lease: "one" }]);
    expect(etcd.keepAlive("one", 900)).toBe(true);
    etcd.expire(1500);
    expect(etcd.get("leases", "t/l")).toBe(value);
    etcd.expire(1900);
    expect(etcd.get("leases", "t/l")).toBeUndefined();
    expect(etcd.keepAlive("one", 1900)).toBe(false);
  });

  it("keeps a deletion at the compacted revision; the ETC-01 mutant loses it", () => {
    const seen = (mutants: ReadonlySet<string>): number => {
      const etcd = new Etcd(undefined, mutants);
      etcd.txn([], [put]);
      const from = etcd.revision;
      etcd.txn([], [{ resource: "leases", key: "t/l" }]);
      etcd.compact(etcd.revision);
      const log = etcd.logOf("leases");
      return log.length - firstAfter(log, from);
    };
    expect(seen(new Set())).toBe(1);
    expect(seen(new Set(["ETC-01"]))).toBe(0);
  });
});
