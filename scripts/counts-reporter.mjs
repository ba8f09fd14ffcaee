// A vitest reporter that writes how many tests passed and failed to the file named by SHAKEDOWN_TEST_COUNTS.
import { writeFileSync } from "node:fs";

export default class CountsReporter {
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0;
    // What fails outside a test (a file that cannot be loaded, a stray error) counts as a failure of its own.
    let failed = unhandledErrors.length;
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed += 1;
        else if (state === "failed") failed += 1;
      }
    }
    writeFileSync(process.env.SHAKEDOWN_TEST_COUNTS, JSON.stringify({ passed, failed }));
  }
}
