import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Etcd } from "../../src/etcd/etcd.ts";
import { firstAfter } from "../../src/etcd/log.ts";
import type { ApiObject } from "../../src/api/object.ts";

type Write = { readonly key: string; readonly value: number | undefined };

const write: fc.Arbitrary<Write> = fc.record({
  key: fc.constantFrom("a/x", "a/y", "b/x", "b/z"),
  value: fc.option(fc.nat(3), { nil: undefined }),
});
const writes = fc.array(write, { maxLength: 40 });

function object(key: string, value: number): ApiObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: key, uid: String(value), resourceVersion: "", creationTimestamp: "" },
  };
}

function run(etcd: Etcd, steps: readonly Write[]): ReadonlyMap<number, ReadonlyMap<string, ApiObject>> {
  const states = new Map<number, ReadonlyMap<string, ApiObject>>([[etcd.revision, new Map()]]);
  for (const { key, value } of steps) {
    etcd.txn([], [{ resource: "configmaps", key, ...(value !== undefined && { value: object(key, value) }) }]);
    states.set(etcd.revision, new Map(etcd.objects("configmaps")));
  }
  return states;
}

const texts = (items: Iterable<ApiObject>): readonly string[] =>
  [...items].map((item) => `${item.metadata.name}=${item.metadata.uid}`).sort();

describe("etcd", () => {
  it("raises the revision by one for each write that changes something, and counts versions from creation", () => {
    fc.assert(
      fc.property(writes, (steps) => {
        const etcd = new Etcd();
        for (const { key, value } of steps) {
          const before = etcd.revision;
          const old = etcd.info("configmaps", key);
          etcd.txn([], [{ resource: "configmaps", key, ...(value !== undefined && { value: object(key, value) }) }]);
          const info = etcd.info("configmaps", key);
          expect(etcd.revision).toBe(before + (value === undefined && old === undefined ? 0 : 1));
          if (value === undefined) expect(info).toBeUndefined();
          else
            expect(info).toMatchObject({
              modRevision: etcd.revision,
              version: (old?.version ?? 0) + 1,
              createRevision: old?.createRevision ?? etcd.revision,
            });
        }
      }),
    );
  });

  it("reads any revision that is not compacted as it was", () => {
    fc.assert(
      fc.property(writes, fc.nat(40), (steps, at) => {
        const etcd = new Etcd();
        const states = run(etcd, steps);
        const compacted = Math.min(at, etcd.revision);
        etcd.compact(compacted);
        for (const [revision, state] of states) {
          const range = etcd.rangeAt(revision, "configmaps");
          if (revision < compacted) expect(range).toBe("compacted");
          else expect(typeof range === "string" ? range : texts(range.items)).toEqual(texts(state.values()));
        }
        expect(etcd.rangeAt(etcd.revision + 1, "configmaps")).toBe("future");
      }),
    );
  });

  it("gives the later state when the log after a revision is replayed over the state at it", () => {
    fc.assert(
      fc.property(writes, fc.nat(40), (steps, pick) => {
        const etcd = new Etcd();
        const states = [...run(etcd, steps)];
        const [revision, start] = states[pick % states.length] ?? [1, new Map<string, ApiObject>()];
        const replayed = new Map(start);
        const log = etcd.logOf("configmaps");
        for (const entry of log.slice(firstAfter(log, revision))) {
          expect(replayed.get(entry.key)).toBe(entry.before);
          if (entry.after === undefined) replayed.delete(entry.key);
          else replayed.set(entry.key, entry.after);
        }
        expect(replayed).toEqual(new Map(etcd.objects("configmaps")));
      }),
    );
  });

  it("lets exactly one of two writers with the same comparison win", () => {
    fc.assert(
      fc.property(writes, write, (steps, { key }) => {
        const etcd = new Etcd();
        run(etcd, steps);
        const modRevision = etcd.info("configmaps", key)?.modRevision ?? 0;
        const compare = [{ resource: "configmaps", key, modRevision }];
        const put = [{ resource: "configmaps", key, value: object(key, 9) }];
        expect(etcd.txn(compare, put)).toBe(etcd.revision);
        expect(etcd.txn(compare, put)).toBeUndefined();
      }),
    );
  });

  it("goes on from a copy of its state", () => {
    fc.assert(
      fc.property(writes, writes, (first, second) => {
        const etcd = new Etcd();
        run(etcd, first);
        const copy = new Etcd(structuredClone(etcd.state));
        run(etcd, second);
        run(copy, second);
        expect(copy.state).toEqual(etcd.state);
      }),
    );
  });
});
