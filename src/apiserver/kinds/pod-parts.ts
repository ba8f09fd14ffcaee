import type { Container, Pod } from "../../api/types/core-v1.ts";
import type { KindPart } from "../kind.ts";
import { ephemeralUpdate, podResize } from "../validation/pod-parts.ts";

/** /resize takes the resources and resize policies of the containers. */
const resize: KindPart<Pod> = {
  prepare(object, stored) {
    const { containers, initContainers } = object.spec;
    const old = stored.spec;
    const sameLength = (a?: readonly Container[], b?: readonly Container[]): boolean =>
      (a?.length ?? 0) === (b?.length ?? 0);
    if (!sameLength(containers, old.containers) || !sameLength(initContainers, old.initContainers)) return object;
    const init = withResources(initContainers, old.initContainers);
    const spec = {
      ...old,
      containers: withResources(containers, old.containers) ?? old.containers,
      ...(init !== undefined && { initContainers: init }),
    };
    return { ...stored, metadata: stored.metadata, spec };
  },
  validate: podResize,
};

/** Containers that are renamed or in another order are left for validation to refuse. */
function withResources(
  list: readonly Container[] | undefined,
  stored: readonly Container[] | undefined,
): readonly Container[] | undefined {
  if (list === undefined || stored === undefined) return list;
  if (list.some((container, i) => container.name !== stored[i]?.name)) return list;
  return stored.map((container, i) => {
    const { resources: _, resizePolicy: _1, ...rest } = container;
    const { resources, resizePolicy } = list[i] ?? container;
    return {
      ...rest,
      ...(resources !== undefined && { resources }),
      ...(resizePolicy !== undefined && { resizePolicy }),
    };
  });
}

/** /ephemeralcontainers takes nothing but these. */
const ephemeralcontainers: KindPart<Pod> = {
  prepare(object, stored) {
    const { ephemeralContainers: _, ...rest } = stored.spec;
    const { ephemeralContainers } = object.spec;
    return { ...stored, spec: { ...rest, ...(ephemeralContainers !== undefined && { ephemeralContainers }) } };
  },
  validate: ephemeralUpdate,
};

/** The subresources of a pod with rules of their own. */
export const podParts: { readonly [subresource: string]: KindPart<Pod> } = { resize, ephemeralcontainers };
