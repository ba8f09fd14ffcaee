import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePlan } from "../../src/harness/plan/parse.ts";
import { Simulation } from "../../src/serve/clock/simulation.ts";
import type { Speed } from "../../src/serve/clock/simulation.ts";
import { serve } from "../../src/serve/server.ts";
import type { RunningServer, ServeOptions } from "../../src/serve/server.ts";
import { emptyPlan } from "../../src/serve/empty-plan.ts";

/** A server of this test, with its kubeconfig on the disk. */
export interface Served {
  readonly simulation: Simulation;
  readonly server: RunningServer;
  readonly kubeconfig: string;
}

/** Serves a cluster of three nodes, or a plan's text, on a free port. */
export async function served(
  options: {
    readonly speed?: Speed;
    readonly plan?: string;
    readonly users?: ServeOptions["users"];
    readonly nodes?: number;
  } = {},
): Promise<Served> {
  const plan =
    options.plan === undefined
      ? emptyPlan(options.nodes ?? 3)
      : parsePlan(options.plan, "test", () => {
          throw new Error("no other files");
        });
  const simulation = new Simulation(plan, options.speed ?? 1);
  const users = [{ name: "kubernetes-admin", groups: ["system:masters"] }, ...(options.users ?? [])];
  const server = await serve({ simulation, host: "127.0.0.1", port: 0, users });
  const kubeconfig = join(mkdtempSync(join(tmpdir(), "shakedown-serve-")), "config");
  writeFileSync(kubeconfig, server.kubeconfig, { mode: 0o600 });
  return { simulation, server, kubeconfig };
}

/** Whether a kubectl is on the PATH. */
export function hasKubectl(): boolean {
  return spawnSync("kubectl", ["version", "--client"], { stdio: "ignore" }).status === 0;
}
