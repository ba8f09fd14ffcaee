import type { Plugin } from "../../framework/plugin.ts";

/** Binds by the API server's binding subresource. */
export const DefaultBinder: Plugin = {
  name: "DefaultBinder",
  bind({ metadata: { name, namespace, uid } }, nodeName) {
    return {
      kind: "Binding",
      body: {
        apiVersion: "v1",
        kind: "Binding",
        metadata: { name, namespace, uid },
        target: { apiVersion: "v1", kind: "Node", name: nodeName },
      },
    };
  },
};
