import { isObject } from "../patch/merge.ts";
import { elementsOf, listOf } from "./list-items.ts";
import type { PathElement } from "./path-element.ts";
import { childShape, concrete } from "./shape.ts";
import type { ListShape, MapShape, Shape } from "./shape.ts";

/** An object with what a configuration says merged in; nothing is removed. Undefined when there is nothing left. */
export function mergeObjects(loose: Shape, live: unknown, config: unknown): unknown {
  const shape = concrete(loose, config ?? live);
  if (shape.kind === "list" && shape.relation !== "atomic") {
    const [left, right] = [listOf(live), listOf(config)];
    if (left.length > 0 || right.length > 0) return mergeItems(shape, left, right);
  } else if (shape.kind === "map" && !shape.atomic) {
    const left = isObject(live) ? live : {};
    const right = isObject(config) ? config : {};
    if (Object.keys(left).length > 0 || Object.keys(right).length > 0) return mergeFields(shape, left, right);
  }
  return config === undefined ? live : config;
}

type Fields = { readonly [key: string]: unknown };

function mergeFields(shape: MapShape, live: Fields, config: Fields): Fields | undefined {
  const result: { [key: string]: unknown } = {};
  for (const key of new Set([...Object.keys(live), ...Object.keys(config)])) {
    const merged =
      live[key] === undefined && config[key] === undefined
        ? undefined
        : mergeObjects(childShape(shape, key) ?? { kind: "any" }, live[key], config[key]);
    if (merged !== undefined) result[key] = merged;
  }
  return Object.keys(result).length === 0 ? undefined : result;
}

interface Sides {
  readonly left: readonly PathElement[];
  readonly right: readonly PathElement[];
}

/**
 * Items of both lists: the configuration's order decides among its own, and those of the live object stay where they
 * stand between the items that both have.
 */
function mergeItems(
  shape: ListShape,
  live: readonly unknown[],
  config: readonly unknown[],
): readonly unknown[] | undefined {
  const { left, right } = known(shape, live, config);
  const liveItems = firstItems(left, live);
  const configItems = firstItems(right, config);
  const shared = right.filter((element) => liveItems.has(element));
  const merged = new Set<PathElement>();
  const out: unknown[] = [];
  const put = (item: unknown, other: unknown): void => {
    const value = mergeObjects(shape.item(), item, other);
    if (value !== undefined) out.push(value);
  };
  let next = 0;
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const mine = left[l];
    const theirs = right[r];
    if (mine !== undefined && theirs !== undefined) {
      if (mine === theirs) {
        merged.add(mine);
        put(liveItems.get(mine), configItems.get(mine));
        l += 1;
        r += 1;
        next += 1;
        continue;
      }
      if (configItems.has(mine) && shared[next] !== undefined && shared[next] !== mine) {
        l += 1;
        continue;
      }
    }
    if (mine !== undefined) {
      if (!configItems.has(mine)) {
        put(live[l], undefined);
        l += 1;
        continue;
      }
      if (merged.has(mine)) l += 1;
    }
    if (theirs === undefined) continue;
    merged.add(theirs);
    put(liveItems.get(theirs), configItems.get(theirs));
    r += 1;
    if (shared[next] === theirs) next += 1;
  }
  return out.length === 0 ? undefined : out;
}

/** Elements of both lists; both were checked before, so that every item has one. */
function known(shape: ListShape, live: readonly unknown[], config: readonly unknown[]): Sides {
  return {
    left: elementsOf(shape, live).map((element) => element ?? ""),
    right: elementsOf(shape, config).map((element) => element ?? ""),
  };
}

/** The item of each element; null where two items share it, which are not merged. */
function firstItems(elements: readonly PathElement[], list: readonly unknown[]): ReadonlyMap<PathElement, unknown> {
  const items = new Map<PathElement, unknown>();
  for (const [i, element] of elements.entries()) items.set(element, items.has(element) ? null : list[i]);
  return items;
}
