import { describe, expect, it } from "vitest";
import { difference, fromFieldsV1, pathsOf, recursiveDifference, setOf, toFieldsV1, union } from "./field-set.ts";
import { pathText } from "./path-element.ts";

const FIELDS = {
  "f:metadata": { "f:labels": { ".": {}, "f:app": {} } },
  "f:spec": { "f:containers": { 'k:{"name":"c"}': { ".": {}, "f:image": {} } } },
};

describe("FieldSet", () => {
  it("reads and writes fieldsV1", () => {
    const set = fromFieldsV1(FIELDS);
    expect(set === undefined ? undefined : toFieldsV1(set)).toEqual(FIELDS);
    expect(fromFieldsV1({ "x:a": {} })).toBeUndefined();
    expect(fromFieldsV1({ "k:{": {} })).toBeUndefined();
  });

  it("lists its paths as conflicts print them, parents first", () => {
    const set = fromFieldsV1(FIELDS);
    expect(pathsOf(set ?? setOf()).map(pathText)).toEqual([
      ".metadata.labels",
      ".metadata.labels.app",
      '.spec.containers[name="c"]',
      '.spec.containers[name="c"].image',
    ]);
  });

  it("subtracts path by path, or with all that lies below", () => {
    const both = union(setOf(["a"], ["a", "b"]), setOf(["c"]));
    expect(toFieldsV1(difference(both, setOf(["a"])))).toEqual({ "f:a": { "f:b": {} }, "f:c": {} });
    expect(toFieldsV1(recursiveDifference(both, setOf(["a"])))).toEqual({ "f:c": {} });
  });
});
