import { Command } from "commander";
import { InputError } from "../../base/input-error.ts";
import { Random } from "../../base/random.ts";
import { execute } from "../../harness/execute/execute.ts";
import { routeViewOf } from "../../harness/execute/route-view.ts";
import { routeConnections } from "../../network/route.ts";
import { renderJson } from "../../report/json.ts";
import { whole } from "../arguments.ts";
import { EXIT } from "../exit.ts";
import { readPlan } from "../read.ts";

interface RouteOptions {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly seed?: number;
  readonly json?: boolean;
}

/** `shakedown route PLAN --from POD --to SVC:PORT`: packets through the rules as they stand at the end of the plan. */
export function routeCommand(): Command {
  return new Command("route")
    .description("walk connections through every node's rendered rules at the end of a plan")
    .argument("<plan>", "a plan (YAML or JSON)")
    .requiredOption("--from <who>", "a pod (NAME or NAMESPACE/NAME), node/NAME, or outside/ADDRESS")
    .requiredOption("--to <host:port>", "a Service, address or node, and a port by number or name")
    .option("--count <n>", "connections to open", whole(1), 100)
    .option("--seed <n>", "seed of the draws; default: the plan's", whole(0))
    .option("--json", "print the outcome as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  shakedown route scenarios/tutorial/kubernetes-basics.yaml --from node/node-1 --to kubernetes-bootcamp:8080 --count 3000",
    )
    .action((file: string, options: RouteOptions) => {
      const plan = readPlan(file);
      const { cluster } = execute(plan);
      const random = new Random(options.seed ?? plan.spec.seed);
      const from = options.from.includes("/") ? options.from : `default/${options.from}`;
      const report = routeConnections(routeViewOf(cluster), {
        from,
        to: options.to,
        count: options.count,
        random: () => random.next("route"),
      });
      const nowhere = report.failures.find(({ sentence }) =>
        /^no such (?:pod|node): |^no such host: \S+$/.test(sentence),
      );
      if (nowhere !== undefined)
        throw new InputError(
          `${file}: ${nowhere.sentence} at the end of the plan; expected --from and --to to name what is there`,
        );
      if (options.json === true)
        process.stdout.write(renderJson({ from, to: options.to, connections: options.count, ...report }));
      else {
        for (const { ip, port, pod, node, count } of report.delivered)
          process.stdout.write(
            `${String(count).padStart(8)}  ${((100 * count) / options.count).toFixed(1).padStart(5)} %  ${ip}:${port}  ${pod ?? "no pod"}${node === undefined ? "" : ` on ${node}`}\n`,
          );
        for (const { sentence, count } of report.failures)
          process.stdout.write(`${String(count).padStart(8)}  ${sentence}\n`);
        if (report.chains.length > 0) process.stdout.write(`the first one walked ${report.chains.join(" > ")}\n`);
      }
      process.exitCode = report.failures.length === 0 ? EXIT.held : EXIT.violated;
    });
}
