import fc from "fast-check";
import { expect, test } from "vitest";
import type { Pod } from "../../src/api/types/core-v1.ts";
import type { ContainerBehaviour, ImageBehaviour, ProbeAnswer } from "../../src/kubelet/cri/behaviour.ts";
import { KubeletRig } from "../../src/harness/conformance/kubelet-rig.ts";

const seconds = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: max * 10 }).map((n) => n * 100);

const answers: fc.Arbitrary<ProbeAnswer[]> = fc
  .array(fc.record({ gap: seconds(30), result: fc.constantFrom("ok" as const, "fail" as const, "hang" as const) }), {
    maxLength: 4,
  })
  .map((list) => {
    let at = 0;
    return list.map(({ gap, result }, i) => {
      at += i === 0 ? 0 : gap + 100;
      return { at, result };
    });
  });

const behaviour: fc.Arbitrary<ContainerBehaviour> = fc.record(
  {
    runs: seconds(60).map((n) => n + 100),
    exit: fc.constantFrom(0, 1),
    termination: seconds(5),
    readiness: answers,
    liveness: answers,
    startup: answers,
  },
  { requiredKeys: [] },
);

const probe = fc.record({
  periodSeconds: fc.integer({ min: 1, max: 10 }),
  failureThreshold: fc.integer({ min: 1, max: 3 }),
  successThreshold: fc.constant(1),
  initialDelaySeconds: fc.integer({ min: 0, max: 8 }),
  exec: fc.constant({ command: ["probe"] }),
});

const container = fc.record({ readinessProbe: probe, livenessProbe: probe, startupProbe: probe }, { requiredKeys: [] });

const history = fc.record({
  containers: fc.array(container, { minLength: 1, maxLength: 2 }),
  sidecar: fc.option(container),
  behaviours: fc.array(behaviour, { minLength: 3, maxLength: 3 }),
  restartPolicy: fc.constantFrom("Always", "OnFailure", "Never"),
  deleteAt: fc.option(seconds(200)),
});

type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

/** All statuses of the pod with their times, and how many events the kubelet handled. */
function play(plan: History, quiet: boolean): { readonly statuses: readonly string[]; readonly handled: number } {
  const names = ["a", "b"];
  const rules: ImageBehaviour[] = plan.behaviours.map((b, i) => ({
    container: ["a", "b", "side"][i] ?? "",
    attempts: [b],
  }));
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p" },
    spec: {
      restartPolicy: plan.restartPolicy,
      containers: plan.containers.map((c, i) => ({ ...c, name: names[i] ?? "", image: "app:1" })),
      ...(plan.sidecar !== null && {
        initContainers: [{ ...plan.sidecar, name: "side", image: "app:1", restartPolicy: "Always" }],
      }),
    },
  } as unknown as Pod;
  const rig = new KubeletRig({
    config: { node: "node", internalIp: "192.0.2.1", cpu: "8", memory: "32Gi" },
    rules,
    quiet,
    seed: "quiet",
  });
  rig.start();
  rig.at(60_123, () => rig.api.create(pod, "node", rig.now));
  const { deleteAt } = plan;
  if (deleteAt !== null) rig.at(60_123 + deleteAt, () => rig.api.remove("default/p", undefined, rig.now));
  rig.run(400_000);
  return {
    statuses: rig.seen.map(({ at, pod: p, deleted }) => `${at} ${deleted} ${JSON.stringify(p.status)}`),
    handled: rig.handled,
  };
}

test("a quiet kubelet shows the same statuses at the same times as one that performs every tick", () => {
  let saved = 0;
  fc.assert(
    fc.property(history, (plan) => {
      const quiet = play(plan, true);
      const slow = play(plan, false);
      const at = quiet.statuses.findIndex((status, i) => status !== slow.statuses[i]);
      expect({ at, quiet: quiet.statuses[at] }).toEqual({ at, quiet: slow.statuses[at] });
      expect(quiet.statuses.length).toBe(slow.statuses.length);
      saved += slow.handled - quiet.handled;
    }),
    { numRuns: 300, seed: 7 },
  );
  expect(saved).toBeGreaterThan(1000);
});

test("ten idle pods with probes cost nothing, and the start of a pod few wakes", () => {
  const rig = new KubeletRig({
    config: { node: "node", internalIp: "192.0.2.1", cpu: "64", memory: "256Gi" },
    rules: [],
    quiet: true,
    seed: "idle",
  });
  const spec = {
    containers: [
      {
        name: "a",
        image: "app:1",
        readinessProbe: { httpGet: { port: 80 } },
        livenessProbe: { httpGet: { port: 80 } },
      },
    ],
  };
  rig.start();
  rig.run(60_000);
  const before = rig.handled;
  for (let i = 0; i < 10; i += 1) {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: `p${i}` }, spec } as unknown as Pod;
    rig.at(60_100 + i * 700, () => rig.api.create(pod, "node", rig.now));
  }
  rig.run(120_000);
  const started = rig.handled;
  rig.run(3_720_000);
  expect(rig.handled - started).toBe(0);
  expect(rig.api.pods.get("default/p3")?.status?.conditions?.find((c) => c.type === "Ready")?.status).toBe("True");
  expect((started - before) / 10).toBeLessThan(18);
});
