import type { ApiObject } from "../api/object.ts";

/** How much a member may store and how much it does; absent where nobody set a quota. Bytes. Plain data. */
export interface Storage {
  readonly quotaBytes: number;
  /** The file, which only a defragmentation makes smaller. */
  fileBytes: number;
  /** What of the file holds revisions that were not compacted away. */
  usedBytes: number;
  /** The NOSPACE alarm: nothing is written until somebody disarms it. */
  alarm: boolean;
}

/** A write was refused since the quota is used up. */
export class NoSpaceError extends Error {
  constructor() {
    super("etcdserver: mvcc: database space exceeded");
  }
}

/** Bytes of a key besides its value, as etcd reckons them. */
const OVERHEAD_BYTES = 256;

/** What one version of a key takes; a removal leaves a mark. Bytes. */
export function sizeOf(resource: string, key: string, value: ApiObject | undefined): number {
  return OVERHEAD_BYTES + resource.length + key.length + (value === undefined ? 0 : JSON.stringify(value).length);
}
