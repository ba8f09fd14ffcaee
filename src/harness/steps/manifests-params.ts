import { z } from "zod";
import type { Manifest } from "../../api/object.ts";
import { text } from "../plan/fields.ts";

/** Parameters of a command about manifests; `namespace` is for those that name none. */
export interface ManifestsParams {
  readonly manifests: readonly Manifest[];
  readonly namespace?: string;
}

const isManifest = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "apiVersion" in value &&
  typeof value.apiVersion === "string" &&
  "kind" in value &&
  typeof value.kind === "string" &&
  "metadata" in value &&
  typeof value.metadata === "object" &&
  value.metadata !== null;

/** Schema of one manifest: only what kubectl needs in order to send it; the server checks the rest. */
export const manifest: z.ZodType<Manifest> = z.custom<Manifest>(isManifest, {
  error: "expected a Kubernetes object with apiVersion, kind and metadata",
});

/** Schema of `{manifests: [...]}`; a path or `{file: path}` is replaced by its manifests while parsing. */
export const manifestsParams: z.ZodType<ManifestsParams> = z.strictObject(
  { manifests: z.array(manifest), namespace: text.exactOptional() },
  {
    error: (issue) =>
      issue.code === "invalid_type" ? "expected the path of a file, {file: path} or {manifests: [...]}" : undefined,
  },
);
