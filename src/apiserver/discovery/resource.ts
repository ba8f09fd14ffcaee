/** A part of a resource that has a path of its own: "pods/log". */
export interface DiscoverySubresource {
  readonly name: string;
  readonly kind: string;
  /** Where it differs from the resource's own group and version: Scale, Eviction. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

/** A resource as discovery announces it. */
export interface DiscoveryResource {
  readonly name: string;
  readonly kind: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** Absent: all eight. */
  readonly verbs?: readonly string[];
  /** storageVersionHash. */
  readonly hash?: string;
  readonly subresources?: readonly DiscoverySubresource[];
}

/** One version of an API group. */
export interface DiscoveryVersion {
  readonly version: string;
  readonly resources: readonly DiscoveryResource[];
}

/** An API group; the core group has no name. */
export interface DiscoveryGroup {
  readonly name: string;
  readonly versions: readonly DiscoveryVersion[];
}
