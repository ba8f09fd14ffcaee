import type { Tags } from "yaml";

/**
 * How Kubernetes reads YAML: by version 1.1, where 0755 is octal and yes a boolean, but dates are texts and 12:30 is no
 * number.
 */
export const YAML_RULES: { readonly version: "1.1"; readonly customTags: (tags: Tags) => Tags } = {
  version: "1.1",
  customTags: (tags) =>
    tags.filter(
      (tag) => typeof tag === "string" || (tag.tag !== "tag:yaml.org,2002:timestamp" && tag.format !== "TIME"),
    ),
};
