import { cast } from "../../base/units.ts";
import type { Secret } from "../../api/types/core-v1.ts";
import { encodeBase64 } from "../base64.ts";
import { withDefaults } from "../defaults.ts";
import { validateImmutableData, validateSecret } from "../validation/config.ts";
import type { Kind } from "../kind.ts";
import { secretWarnings } from "../warnings/cluster.ts";

/** core/v1 Secret. */
export const secret: Kind<Secret> = {
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  namespaced: true,
  struct: "core/v1.Secret",
  warnings: secretWarnings,
  metadataChecks: "both",
  validate: validateSecret,
  validateUpdate(object, stored, errors) {
    if (object.type !== stored.type) errors.invalid("type", object.type, "field is immutable");
    validateImmutableData(object, stored, ["data"], errors);
    validateSecret(object, errors);
  },
  fieldStyle: "own-list",
  fields: { type: (object) => cast<Secret>(object).type ?? "" },
  defaults(object) {
    const typed = withDefaults(object, { type: "Opaque" });
    if (typed.stringData === undefined) return typed;
    const { stringData, ...rest } = typed;
    const data: { [key: string]: string } = { ...rest.data };
    for (const key of Object.keys(stringData)) data[key] = encodeBase64(stringData[key] ?? "");
    return Object.keys(data).length === 0 ? rest : { ...rest, data };
  },
};
