import { Command } from "commander";
import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { InputError } from "../../base/input-error.ts";
import { apiserverConformance } from "../../harness/conformance/apiserver.ts";
import type { CaseOutcome, Conformance } from "../../harness/conformance/conformance.ts";
import { controllersConformance } from "../../harness/conformance/controllers.ts";
import { endpointsliceConformance } from "../../harness/conformance/endpointslice.ts";
import { kubeletConformance } from "../../harness/conformance/kubelet.ts";
import { kubectlConformance } from "../../harness/conformance/kubectl.ts";
import { proxyConformance } from "../../harness/conformance/proxy.ts";
import { schedulerConformance } from "../../harness/conformance/scheduler.ts";
import { schedulerHintsConformance } from "../../harness/conformance/scheduler-hints.ts";
import { schedulerQueueConformance } from "../../harness/conformance/scheduler-queue.ts";
import { renderJson } from "../../report/json.ts";
import { hasOpenApiDocument } from "../../serve/openapi/documents.ts";
import { throughputConformance } from "../../workload/bench/throughput-conformance.ts";
import { whole } from "../arguments.ts";
import { EXIT } from "../exit.ts";

const ALL: readonly Conformance[] = [
  proxyConformance,
  schedulerQueueConformance,
  schedulerHintsConformance,
  schedulerConformance,
  endpointsliceConformance,
  kubeletConformance,
  controllersConformance,
  kubectlConformance((path) => hasOpenApiDocument(path)),
  apiserverConformance,
  throughputConformance,
];

interface Tally {
  readonly file: string;
  readonly family: string;
  cases: number;
  decisions: number;
  agree: number;
  disagree: number;
  notSupported: number;
}

/** `shakedown conformance FILE…`: recorded answers of the real components, replayed. */
export function conformanceCommand(): Command {
  return new Command("conformance")
    .description("replay recorded cases of the real components and compare every answer")
    .argument("<file...>", "recorded cases, .jsonl or .jsonl.gz")
    .option("--show <n>", "print the first N differences side by side", whole(0), 0)
    .option("--json", "print a row for each file and family")
    .addHelpText(
      "after",
      "\nExample:\n  shakedown conformance properties/conformance/golden/scheduler/*.jsonl.gz --show 3",
    )
    .action((files: string[], options: { readonly show: number; readonly json?: boolean }) => {
      let shown = 0;
      const tallies: Tally[] = [];
      for (const file of files)
        for (const tally of replayFile(file, (outcome) => {
          if (options.json === true) return;
          for (const { where, expected, actual } of outcome.differences) {
            if (shown >= options.show) return;
            shown += 1;
            process.stdout.write(
              `${outcome.family}/${outcome.name} ${where}\n  expected ${JSON.stringify(expected)}\n  actual   ${JSON.stringify(actual)}\n`,
            );
          }
        })) {
          tallies.push(tally);
          if (options.json !== true) process.stdout.write(`${line(tally)}\n`);
        }
      if (options.json === true) process.stdout.write(renderJson(tallies));
      process.exitCode = tallies.some(({ disagree }) => disagree > 0) ? EXIT.violated : EXIT.held;
    });
}

function line({ file, family, cases, decisions, agree, disagree, notSupported }: Tally): string {
  const share = decisions === 0 ? "-" : `${((100 * agree) / decisions).toFixed(1)} %`;
  return `${basename(file)}  ${family}: ${cases} cases, ${decisions} decisions: ${agree} agreeing (${share}), ${disagree} disagreeing, ${notSupported} not supported`;
}

function* replayFile(file: string, onCase: (outcome: CaseOutcome) => void): Iterable<Tally> {
  const tallies = new Map<string, Tally>();
  const context: { [key: string]: unknown } = { family: basename(file).replace(/\.jsonl?(\.gz)?$/, "") };
  let adapter: Conformance | undefined;
  for (const [number, text] of linesOf(file).entries()) {
    const where = `${file} line ${number + 1}`;
    const decoded = decodeLine(text, where);
    adapter ??= ALL.find((one) => one.recognises(decoded));
    if (adapter === undefined)
      throw new InputError(
        `${where} is no recorded case; expected the form of a scheduler, proxy, endpointslice, kubelet, controllers or apiserver case`,
      );
    const outcome = adapter.replay(decoded, context);
    if (outcome === undefined) continue;
    onCase(outcome);
    const tally = tallies.get(outcome.family) ?? {
      file,
      family: outcome.family,
      cases: 0,
      decisions: 0,
      agree: 0,
      disagree: 0,
      notSupported: 0,
    };
    tallies.set(outcome.family, tally);
    tally.cases += 1;
    tally.decisions += outcome.decisions;
    tally.agree += outcome.agree;
    tally.disagree += outcome.disagree;
    tally.notSupported += outcome.notSupported;
  }
  yield* tallies.values();
}

function linesOf(file: string): string[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
    if (file.endsWith(".gz")) bytes = gunzipSync(bytes);
  } catch (error) {
    throw new InputError(
      `${file} cannot be read (${error instanceof Error ? error.message : String(error)}); expected recorded cases, .jsonl or .jsonl.gz`,
    );
  }
  return bytes
    .toString("utf8")
    .split("\n")
    .filter((text) => text.trim() !== "");
}

function decodeLine(text: string, where: string): { readonly [field: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as { readonly [field: string]: unknown };
  } catch {
    // Told below.
  }
  throw new InputError(`${where} is no JSON object; expected one recorded case`);
}
