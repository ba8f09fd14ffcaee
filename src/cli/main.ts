#!/usr/bin/env node
import { Command } from "commander";
import { benchCommand } from "./commands/bench.ts";
import { clockCommand } from "./commands/clock.ts";
import { conformanceCommand } from "./commands/conformance.ts";
import { explainCommand } from "./commands/explain.ts";
import { mutantsCommand } from "./commands/mutants.ts";
import { replayCommand } from "./commands/replay.ts";
import { routeCommand } from "./commands/route.ts";
import { runCommand } from "./commands/run.ts";
import { serveCommand } from "./commands/serve.ts";
import { shrinkCommand } from "./commands/shrink.ts";
import { verifyCommand } from "./commands/verify.ts";
import { EXIT, guard, oneLine } from "./exit.ts";

const program = new Command("shakedown")
  .description("A deterministic Kubernetes (v1.36.2) in one process, and a harness that tries to break it.")
  .version("0.1.0")
  .configureHelp({ showGlobalOptions: true })
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? EXIT.held : EXIT.badInput);
  })
  .configureOutput({
    outputError: (text, write) =>
      write(
        `shakedown: ${oneLine(text.replace(/^error: /, "").replace(" is invalid. expected", " is invalid: expected"))}\n`,
      ),
  })
  .addHelpText("after", "\nExit codes: 0 everything held, 1 something was violated or disagrees, 2 bad input.");

for (const command of [
  verifyCommand,
  runCommand,
  replayCommand,
  shrinkCommand,
  routeCommand,
  explainCommand,
  benchCommand,
  conformanceCommand,
  mutantsCommand,
  serveCommand,
  clockCommand,
])
  program.addCommand(inheriting(command()));

/** The command and those below it, with the ways of the program to end and to tell mistakes. */
function inheriting(command: Command): Command {
  for (const below of command.commands) inheriting(below);
  return command.copyInheritedSettings(program);
}

await guard(async () => {
  await program.parseAsync();
});
