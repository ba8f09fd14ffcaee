import { withField } from "../../base/with-field.ts";
import type { Manifest } from "../../api/object.ts";
import { compareText } from "../../base/order.ts";

/** Annotation in which kubectl apply keeps what it sent. */
export const LAST_APPLIED: string = "kubectl.kubernetes.io/last-applied-configuration";

const known = new WeakMap<Manifest, Manifest>();

/** A manifest with its namespace, and with itself in its last-applied annotation. Plans share manifests, so the texts are made once. */
export function annotated(manifest: Manifest, namespace: string | undefined): Manifest {
  let result = known.get(manifest);
  if (result === undefined || result.metadata.namespace !== namespace) {
    result = annotate(manifest, namespace);
    known.set(manifest, result);
  }
  return result;
}

function annotate(manifest: Manifest, namespace: string | undefined): Manifest {
  const { [LAST_APPLIED]: _former, ...annotations } = manifest.metadata.annotations ?? {};
  const placed = namespace === undefined ? manifest.metadata : withField(manifest.metadata, "namespace", namespace);
  const metadata = withField(placed, "annotations", annotations);
  const text = `${JSON.stringify(sorted({ ...manifest, metadata }))}\n`;
  return { ...manifest, metadata: { ...metadata, annotations: withField(annotations, LAST_APPLIED, text) } };
}

/** The same value with the keys of its maps in byte order, as Go prints it. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => compareText(a, b))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
