import { chmodSync, writeFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { InputError } from "../../base/input-error.ts";
import type { Plan } from "../../harness/plan/plan.ts";
import { emptyPlan } from "../../serve/empty-plan.ts";
import { parseSpeed } from "../../serve/clock/clock-api.ts";
import { Simulation } from "../../serve/clock/simulation.ts";
import type { Speed } from "../../serve/clock/simulation.ts";
import { serve } from "../../serve/server.ts";
import { durationMs, whole } from "../arguments.ts";
import { readInputs } from "../read.ts";

interface CliServeOptions {
  readonly nodes?: number;
  readonly kubeconfig: string;
  readonly host: string;
  readonly port: number;
  readonly speed: Speed;
  readonly at?: number;
  readonly user: readonly string[];
}

/** `shakedown serve [PLAN|MANIFEST …]`: a cluster for kubectl and any other client. */
export function serveCommand(): Command {
  return new Command("serve")
    .description("run a cluster in real time and serve its API over HTTPS, for kubectl and any other client")
    .argument("[files...]", "a plan, a saved failure, or manifests; nothing: an empty cluster")
    .option("--nodes <n>", "nodes of the cluster, unless a plan says it (default: 3)", whole(1))
    .option("--kubeconfig <file>", "where to write the kubeconfig", "shakedown.kubeconfig")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <n>", "port to listen on; 0: any free one", whole(0), 6443)
    .addOption(
      new Option("--speed <speed>", "virtual time: 1x, 100x, max or paused").argParser(speedOf).default(1, "1x"),
    )
    .option("--at <time>", "begin at this instant of the history, paused, e.g. 42s", durationMs)
    .option("--user <name[:group…]>", "one more user with a certificate (repeatable)", collect, [])
    .addHelpText(
      "after",
      "\nExamples:\n  shakedown serve --kubeconfig /tmp/kc &  KUBECONFIG=/tmp/kc kubectl get nodes\n  shakedown serve failure.yaml --at 42s",
    )
    .action(async (files: readonly string[], options: CliServeOptions) => {
      const plan = planOf(files, options.nodes);
      const simulation = new Simulation(plan, options.at === undefined ? options.speed : 0);
      if (options.at !== undefined) await simulation.seek(options.at);
      const server = await serve({
        simulation,
        host: options.host,
        port: options.port,
        users: [{ name: "kubernetes-admin", groups: ["system:masters"] }, ...options.user.map(parseUser)],
      }).catch((error: unknown) => {
        const { code = "unknown error" } = error as NodeJS.ErrnoException;
        throw new InputError(
          `cannot listen on ${options.host} port ${options.port} (${code}); expected a free address and port`,
        );
      });
      try {
        writeKubeconfig(options.kubeconfig, server.kubeconfig);
      } catch (error) {
        await server.close();
        throw error;
      }
      process.stdout.write(
        `Serving ${plan.metadata.name} (Kubernetes v1.36.2, simulated) at ${server.url}\n` +
          `export KUBECONFIG=${options.kubeconfig}\n`,
      );
      await new Promise<void>((resolve) => {
        process.once("SIGINT", resolve);
        process.once("SIGTERM", resolve);
      });
      await server.close();
    });
}

function writeKubeconfig(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 });
    chmodSync(file, 0o600);
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new InputError(`${file} cannot be written (${code}); expected a path for the kubeconfig`);
  }
}

/** The plan that was named, or one that applies the manifests that were. */
function planOf(files: readonly string[], nodes: number | undefined): Plan {
  const { plans, manifests } = readInputs(files);
  const [first, second] = plans;
  if (first === undefined) return emptyPlan(nodes ?? 3, manifests);
  if (second !== undefined || manifests.length > 0)
    throw new InputError(`${first.file} is a plan; expected one plan alone, or manifests`);
  if (nodes !== undefined)
    throw new InputError(`--nodes ${nodes}: ${first.file} is a plan; expected no --nodes beside it`);
  return first.plan;
}

function speedOf(text: string): Speed {
  const speed = parseSpeed(text);
  if (speed === undefined)
    throw new InvalidArgumentError('expected a speed such as "1x" or "100x", "max" or "paused".');
  return speed;
}

function parseUser(text: string): { readonly name: string; readonly groups: readonly string[] } {
  const [name = "", groups] = text.split(":");
  if (!/^[\w.@-]+$/.test(name))
    throw new InputError(`--user ${text}: expected NAME or NAME:GROUP,GROUP, such as alice:developers`);
  return { name, groups: groups === undefined ? [] : groups.split(",").filter((group) => group !== "") };
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
