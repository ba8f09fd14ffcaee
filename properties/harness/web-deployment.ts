/** An `apply` step's list of manifests that begins with the Deployment "web", in YAML. `fields`: further lines of its spec. */
export function webDeployment(replicas: number, fields: readonly string[] = []): string {
  const lines = [
    "- apiVersion: apps/v1",
    "  kind: Deployment",
    "  metadata: { name: web }",
    "  spec:",
    `    replicas: ${replicas}`,
    ...fields.map((field) => `    ${field}`),
    "    selector: { matchLabels: { app: web } }",
    '    template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: "web:1" }] } }',
  ];
  return lines.map((line) => `          ${line}`).join("\n");
}
