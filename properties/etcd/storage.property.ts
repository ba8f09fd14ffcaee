import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApiObject } from "../../src/api/object.ts";
import { Etcd } from "../../src/etcd/etcd.ts";
import { restoreSnapshot, saveSnapshot } from "../../src/etcd/snapshot.ts";
import { NoSpaceError, sizeOf } from "../../src/etcd/storage.ts";
import { pollWatch } from "../../src/etcd/watch.ts";

const RESOURCE = "configmaps";

function value(name: string, bytes: number): ApiObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, uid: "u".repeat(bytes), resourceVersion: "", creationTimestamp: "" },
  };
}

const write = fc.record({
  key: fc.constantFrom("a/x", "a/y", "b/x"),
  bytes: fc.option(fc.nat(500), { nil: undefined }),
});
const writes = fc.array(write, { maxLength: 60 });
type Write = { readonly key: string; readonly bytes: number | undefined };

function put(etcd: Etcd, { key, bytes }: Write): boolean {
  try {
    etcd.txn([], [{ resource: RESOURCE, key, ...(bytes !== undefined && { value: value(key, bytes) }) }]);
    return true;
  } catch (error) {
    if (error instanceof NoSpaceError) return false;
    throw error;
  }
}

describe("etcd storage", () => {
  it("a restored snapshot has the same keys, revisions, history and leases, and goes on as the original", () => {
    fc.assert(
      fc.property(writes, writes, fc.nat(60), (before, after, at) => {
        const etcd = new Etcd();
        etcd.grant("lease", 1000, 0);
        etcd.txn([], [{ resource: RESOURCE, key: "a/leased", value: value("leased", 1), lease: "lease" }]);
        for (const one of before) put(etcd, one);
        etcd.compact(Math.min(at, etcd.revision));
        const restored = restoreSnapshot(saveSnapshot(etcd), "s");
        expect(restored.state).toEqual(etcd.state);
        for (const one of after) expect(put(restored, one)).toBe(put(etcd, one));
        for (const both of [etcd, restored]) both.expire(1000);
        expect(restored.state).toEqual(etcd.state);
        const bumped = restoreSnapshot(saveSnapshot(etcd), "s", { bumpRevision: 1000, markCompacted: true });
        expect(bumped.revision).toBe(etcd.revision + 1000);
        expect(pollWatch(bumped, { resource: RESOURCE, next: etcd.revision })).toEqual([
          { revision: bumped.revision, events: [], compactRevision: bumped.revision },
        ]);
      }),
    );
  });

  it("a damaged snapshot is refused in one sentence", () => {
    const text = saveSnapshot(new Etcd());
    expect(() => restoreSnapshot(text.replace('"revision":1', '"revision":2'), "db.json")).toThrow(
      /^db\.json: expected/,
    );
  });

  it("refuses writes beyond the quota until it was compacted, defragmented and disarmed; removals go through", () => {
    fc.assert(
      fc.property(writes, fc.integer({ min: 1, max: 20_000 }), (steps, quotaBytes) => {
        const etcd = new Etcd();
        etcd.setQuota(quotaBytes);
        for (const step of steps) {
          const { revision } = etcd;
          const { alarm = false, fileBytes = 0 } = etcd.state.storage ?? {};
          const size = sizeOf(RESOURCE, step.key, step.bytes === undefined ? undefined : value(step.key, step.bytes));
          const room = step.bytes === undefined || (!alarm && fileBytes + size <= quotaBytes);
          expect(put(etcd, step)).toBe(room);
          if (!room) expect([etcd.revision, etcd.state.storage?.alarm]).toEqual([revision, true]);
          const { storage } = etcd.state;
          const counted = new Etcd({ ...etcd.state });
          counted.setQuota(quotaBytes);
          expect(storage?.usedBytes).toBe(counted.state.storage?.usedBytes);
        }
        for (const key of ["a/x", "a/y", "b/x"]) put(etcd, { key, bytes: undefined });
        etcd.compact(etcd.revision);
        etcd.defragment();
        etcd.disarm();
        const { usedBytes = 0 } = etcd.state.storage ?? {};
        const fits = usedBytes + sizeOf(RESOURCE, "a/x", value("a/x", 0)) <= quotaBytes;
        expect(put(etcd, { key: "a/x", bytes: 0 })).toBe(fits);
      }),
    );
  });

  it("the fragments of a watch are its events in order, none too large that could be split", () => {
    fc.assert(
      fc.property(writes, fc.integer({ min: 1, max: 3000 }), (steps, maxBytes) => {
        const etcd = new Etcd();
        for (const step of steps) put(etcd, step);
        const parts = pollWatch(etcd, { resource: RESOURCE, namespace: "a", next: 1 }, maxBytes);
        const expected = etcd.log.filter((entry) => entry.key.startsWith("a/"));
        expect(parts.flatMap(({ events }) => events)).toEqual(expected);
        expect(parts.map(({ fragment }) => fragment === true)).toEqual(parts.map((_, i) => i < parts.length - 1));
        for (const { events } of parts) {
          const bytes = events.map(({ resource, key, after }) => sizeOf(resource, key, after));
          expect(events.length === 1 || bytes.reduce((sum, size) => sum + size, 0) <= maxBytes).toBe(true);
        }
      }),
    );
  });
});
