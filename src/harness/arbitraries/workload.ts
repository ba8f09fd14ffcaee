import fc from "fast-check";
import type { Manifest } from "../../api/object.ts";

/** What a generated application consists of: a plain record that every value of every field makes legal. */
export interface App {
  readonly name: string;
  readonly replicas: number;
  readonly containers: number;
  readonly cpu: string;
  /** Seconds between probes; 0: no probe. */
  readonly probeSeconds: number;
  readonly minReadySeconds: number;
  readonly graceSeconds: number;
  readonly strategy: { readonly maxSurge: number | string; readonly maxUnavailable: number | string } | "Recreate";
  readonly spread: "none" | "zone" | "zone-strict" | "host" | "anti-affinity";
  readonly service: boolean;
  readonly budget: { readonly minAvailable: number | string } | { readonly maxUnavailable: number | string } | "none";
}

const strategies: fc.Arbitrary<App["strategy"]> = fc.constantFrom<App["strategy"]>(
  { maxSurge: "25%", maxUnavailable: "25%" },
  { maxSurge: "25%", maxUnavailable: "25%" },
  { maxSurge: 1, maxUnavailable: 0 },
  { maxSurge: 0, maxUnavailable: 1 },
  { maxSurge: 2, maxUnavailable: 2 },
  { maxSurge: "100%", maxUnavailable: 0 },
  "Recreate",
);

/** Applications but for their names. */
const anyApp: fc.Arbitrary<Omit<App, "name">> = fc.record({
  replicas: fc.nat({ max: 6 }),
  containers: fc.constantFrom(1, 1, 1, 2),
  cpu: fc.constantFrom("0", "50m", "100m", "500m", "1500m"),
  probeSeconds: fc.constantFrom(0, 1, 5, 10),
  minReadySeconds: fc.constantFrom(0, 0, 0, 5),
  graceSeconds: fc.constantFrom(30, 30, 5, 0),
  strategy: strategies,
  spread: fc.constantFrom("none", "none", "zone", "zone-strict", "host", "anti-affinity"),
  service: fc.boolean(),
  budget: fc.constantFrom<App["budget"]>(
    "none",
    "none",
    { minAvailable: 1 },
    { maxUnavailable: 1 },
    { minAvailable: "50%" },
    { maxUnavailable: "25%" },
  ),
});

/** One to three applications called app-a, app-b, app-c. */
export const appsArbitrary: fc.Arbitrary<readonly App[]> = fc
  .array(anyApp, { minLength: 1, maxLength: 3 })
  .map((apps) => apps.map((app, i) => ({ ...app, name: `app-${"abc".charAt(i)}` })));

/** The Kubernetes objects of an application, whose pods ask for a scheduler if one is named. */
export function manifestsOf(app: App, schedulerName?: string): Manifest[] {
  const metadata = { name: app.name, namespace: "default", labels: { app: app.name } };
  const selector = { matchLabels: { app: app.name } };
  const manifests: Manifest[] = [
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: deploymentSpec(app, schedulerName) },
  ];
  if (app.service)
    manifests.push({
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: selector.matchLabels, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
    });
  if (app.budget !== "none")
    manifests.push({
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata,
      spec: { ...app.budget, selector },
    });
  return manifests;
}

function deploymentSpec(app: App, schedulerName?: string): unknown {
  const labels = { app: app.name };
  return {
    replicas: app.replicas,
    selector: { matchLabels: labels },
    ...(app.minReadySeconds > 0 && { minReadySeconds: app.minReadySeconds }),
    strategy:
      app.strategy === "Recreate" ? { type: "Recreate" } : { type: "RollingUpdate", rollingUpdate: app.strategy },
    template: {
      metadata: { labels },
      spec: {
        ...(schedulerName !== undefined && { schedulerName }),
        ...(app.graceSeconds !== 30 && { terminationGracePeriodSeconds: app.graceSeconds }),
        ...spreading(app, { matchLabels: labels }),
        containers: Array.from({ length: app.containers }, (_, i) => ({
          name: `c${i}`,
          image: "app:v1",
          ...(app.cpu !== "0" && { resources: { requests: { cpu: app.cpu, memory: "64Mi" } } }),
          ...(app.probeSeconds > 0 && {
            readinessProbe: { httpGet: { path: "/ready", port: 8080 + i }, periodSeconds: app.probeSeconds },
          }),
          ports: [{ containerPort: 8080 + i }],
        })),
      },
    },
  };
}

function spreading(app: App, labelSelector: unknown): object {
  const zone = "topology.kubernetes.io/zone";
  const host = "kubernetes.io/hostname";
  switch (app.spread) {
    case "none":
      return {};
    case "zone":
      return {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: zone, whenUnsatisfiable: "ScheduleAnyway", labelSelector },
        ],
      };
    case "zone-strict":
      return {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: zone, whenUnsatisfiable: "DoNotSchedule", labelSelector },
        ],
      };
    case "host":
      return {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: host, whenUnsatisfiable: "DoNotSchedule", labelSelector },
        ],
      };
    case "anti-affinity":
      return {
        affinity: {
          podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: host, labelSelector }] },
        },
      };
  }
}
