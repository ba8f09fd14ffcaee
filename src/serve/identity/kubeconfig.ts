import { stringify } from "yaml";
import type { KeyPair } from "./certificates.ts";

/** A user of the kubeconfig with the certificate that proves it. */
export interface KubeconfigUser {
  readonly name: string;
  readonly pair: KeyPair;
}

/** A kubeconfig: one cluster, a context for each user ("NAME@shakedown"); the first one is current. */
export function kubeconfig(server: string, authority: string, users: readonly KubeconfigUser[]): string {
  const cluster = "shakedown";
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: cluster, cluster: { server, "certificate-authority-data": base64(authority) } }],
      users: users.map(({ name, pair }) => ({
        name,
        user: { "client-certificate-data": base64(pair.certificate), "client-key-data": base64(pair.key) },
      })),
      contexts: users.map(({ name }) => ({ name: `${name}@${cluster}`, context: { cluster, user: name } })),
      "current-context": `${users[0]?.name ?? ""}@${cluster}`,
    },
    { lineWidth: 0 },
  );
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
