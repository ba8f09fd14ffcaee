import { InputError } from "../../base/input-error.ts";
import type { Manifest } from "../../api/object.ts";
import { ApiServer } from "../../apiserver/server.ts";
import { kindNamed } from "../../apiserver/kinds/index.ts";
import { resourceOf } from "../../apiserver/kind.ts";
import { Etcd } from "../../etcd/etcd.ts";

const ADMIN = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };

/** Creates the objects on a scratch API server, so that what the real one refuses is told before anything runs. */
export function checkManifests(manifests: readonly Manifest[], file: string): void {
  const server = new ApiServer(new Etcd(), { serviceAccountAdmission: false });
  let draws = 0;
  const context = { now: 0, random: () => ((draws += 1) * 0.618_033_988_749) % 1 };
  const create = (resource: string, namespace: string | undefined, body: unknown): string | undefined => {
    const response = server.handle(
      {
        verb: "create",
        resource,
        body,
        user: ADMIN,
        options: { fieldValidation: "Strict" },
        ...(namespace !== undefined && { namespace }),
      },
      context,
    );
    return response.ok || response.status.reason === "AlreadyExists"
      ? undefined
      : (response.status.message ?? "refused");
  };
  for (const manifest of manifests) {
    const { apiVersion, kind: kindName, metadata } = manifest;
    const kind = kindNamed(apiVersion, kindName);
    const where = `${file}: ${kindName} ${metadata?.name ?? "without a name"}`;
    if (kind === undefined)
      throw new InputError(
        `${where}: no matches for kind "${kindName}" in version "${apiVersion}"; expected a kind that the simulated API server serves`,
      );
    const namespace = kind.namespaced ? (metadata.namespace ?? "default") : undefined;
    if (namespace !== undefined)
      create("namespaces", undefined, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const problem = create(resourceOf(kind), namespace, manifest);
    if (problem !== undefined) throw new InputError(`${where}: ${problem}`);
  }
}
