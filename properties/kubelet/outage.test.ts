import { expect, test } from "vitest";
import type { Pod } from "../../src/api/types/core-v1.ts";
import { KubeletRig } from "../../src/harness/conformance/kubelet-rig.ts";
import { containers, killContainer, powerOff } from "../../src/kubelet/machine.ts";

function rigWith(mutants: readonly string[] = [], restartPolicy = "Always", runs?: number): KubeletRig {
  const rig = new KubeletRig({
    config: { node: "n", internalIp: "192.0.2.1", cpu: "8", memory: "32Gi", mutants },
    rules: runs === undefined ? [] : [{ attempts: [{ runs }] }],
    quiet: true,
    seed: "outage",
  });
  const probe = { readinessProbe: { httpGet: { port: 80 }, periodSeconds: 2 } };
  const spec = { restartPolicy, containers: [{ name: "a", image: "app:1", ...(runs === undefined && probe) }] };
  rig.start();
  rig.at(60_000, () => rig.api.create({ metadata: { name: "p" }, spec } as unknown as Pod, "n", rig.now));
  rig.run(90_000);
  return rig;
}

function pod(rig: KubeletRig): Pod | undefined {
  return rig.api.pods.get("default/p");
}

function running(rig: KubeletRig): number {
  return containers(rig.machine).filter((c) => c.running).length;
}

function ready(rig: KubeletRig): string | undefined {
  return pod(rig)?.status?.conditions?.find((c) => c.type === "Ready")?.status;
}

test("containers go on while the kubelet is down, and it takes them over without a dip", () => {
  const rig = rigWith();
  expect(ready(rig)).toBe("True");
  const before = rig.seen.length;
  rig.stop();
  rig.run(120_000);
  expect(running(rig)).toBe(1);
  rig.start();
  rig.run(200_000);
  expect(running(rig)).toBe(1);
  expect(
    rig.seen
      .slice(before)
      .every((s) => s.pod.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True")),
  ).toBe(true);
});

test("after a loss of power every pod starts again in a new sandbox with a new address", () => {
  const rig = rigWith();
  const ip = pod(rig)?.status?.podIP;
  rig.stop();
  powerOff(rig.machine, rig.now);
  expect(running(rig)).toBe(0);
  rig.run(120_000);
  rig.start();
  rig.run(300_000);
  expect(running(rig)).toBe(1);
  expect(ready(rig)).toBe("True");
  expect(pod(rig)?.status?.containerStatuses?.[0]?.restartCount).toBe(1);
  expect(pod(rig)?.status?.podIP).not.toBe(ip);
});

test("a killed container is started again", () => {
  const rig = rigWith();
  expect(killContainer(rig.machine, "default/p", "a", 137, rig.now)).toBe(true);
  rig.run(150_000);
  expect(running(rig)).toBe(1);
  expect(pod(rig)?.status?.containerStatuses?.[0]?.restartCount).toBe(1);
});

test("a finished pod stays finished over a restart of the kubelet, but not with KUB-05", () => {
  for (const [mutants, starts] of [
    [[], 1],
    [["KUB-05"], 2],
  ] as const) {
    const rig = rigWith(mutants, "Never", 3000);
    expect(pod(rig)?.status?.phase).toBe("Succeeded");
    rig.stop();
    rig.start();
    rig.run(200_000);
    expect(rig.calls.filter((c) => c.call === "StartContainer").length).toBe(starts);
  }
});

test("KUB-10: readiness dips at a restart of the kubelet", () => {
  const rig = rigWith(["KUB-10"]);
  const before = rig.seen.length;
  rig.stop();
  rig.run(120_000);
  rig.start();
  rig.run(200_000);
  const dips = rig.seen
    .slice(before)
    .filter((s) => s.pod.status?.conditions?.some((c) => c.type === "Ready" && c.status === "False"));
  expect(dips.length).toBeGreaterThan(0);
});

test("KUB-08: a running pod is turned away after a restart because of one that was rejected", () => {
  for (const mutants of [[], ["KUB-08"]]) {
    const rig = rigWith(mutants);
    const big = { containers: [{ name: "a", image: "app:1", resources: { requests: { cpu: "9" } } }] };
    rig.at(rig.now, () => rig.api.create({ metadata: { name: "big" }, spec: big } as unknown as Pod, "n", rig.now));
    rig.run(100_000);
    expect(rig.api.pods.get("default/big")?.status?.reason).toBe("OutOfcpu");
    const small = { containers: [{ name: "a", image: "app:1", resources: { requests: { cpu: "1" } } }] };
    rig.at(rig.now, () => rig.api.create({ metadata: { name: "small" }, spec: small } as unknown as Pod, "n", rig.now));
    rig.run(150_000);
    rig.stop();
    rig.start();
    rig.run(200_000);
    expect(rig.api.pods.get("default/small")?.status?.phase).toBe(mutants.length === 0 ? "Running" : "Failed");
  }
});
