import type { Endpoints } from "../../api/types/core-v1.ts";
import { mapItems, withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateEndpoints } from "../validation/endpoints.ts";
import type { Kind } from "../kind.ts";

/** Said on every verb. */
export const ENDPOINTS_WARNING = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";

/** core/v1 Endpoints. */
export const endpoints: Kind<Endpoints> = {
  group: "",
  version: "v1",
  kind: "Endpoints",
  plural: "endpoints",
  storage: "services/endpoints",
  namespaced: true,
  shortNames: ["ep"],
  struct: "core/v1.Endpoints",
  metadataChecks: "both",
  validate: validateEndpoints,
  validateUpdate: (object, _stored, errors) => validateEndpoints(object, errors),
  createOnUpdate: true,
  deprecation: ENDPOINTS_WARNING,
  defaults(object) {
    if (object.subsets === undefined) return object;
    const subsets = mapItems(object.subsets, (subset) =>
      subset.ports === undefined
        ? subset
        : withField(
            subset,
            "ports",
            mapItems(subset.ports, (port) => withDefaults(port, { protocol: "TCP" })),
          ),
    );
    return withField(object, "subsets", subsets);
  },
};
