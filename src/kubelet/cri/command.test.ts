import { expect, test } from "vitest";
import { endOf, endOfContainer } from "./command.ts";

const sh = (script: string): ReturnType<typeof endOf> => endOf(["/bin/sh", "-c", script]);

test("endOf > sleep, true and false say how long they run and how they end", () => {
  expect(endOf(["sleep", "30"])).toEqual({ runs: 30_000, exit: 0 });
  expect(endOf(["/bin/sleep", "1.5m", "2"])).toEqual({ runs: 92_000, exit: 0 });
  expect(endOf(["sleep", "infinity"])).toBe("ever");
  expect(endOf(["/bin/false"])).toEqual({ runs: 0, exit: 1 });
  expect(endOf(["tail", "-f", "/dev/null"])).toBe("ever");
  expect(endOf(["nginx"])).toBeUndefined();
  expect(endOf(["sleep", "$TIME"])).toBeUndefined();
});

test("endOf > a script is a list of commands that are joined as in a shell", () => {
  expect(sh("exit 3")).toEqual({ runs: 0, exit: 3 });
  expect(sh("echo 'a; exit 1'; sleep 2; sleep 3")).toEqual({ runs: 5000, exit: 0 });
  expect(sh("sleep 1 && false || exit 7")).toEqual({ runs: 1000, exit: 7 });
  expect(sh("true || exit 7")).toEqual({ runs: 0, exit: 0 });
  expect(sh("/bin/echo -n DONE; /bin/false")).toEqual({ runs: 0, exit: 1 });
  expect(sh("trap exit TERM; while true; do sleep 1; done")).toBe("ever");
  expect(sh("sleep 5; tail -f log")).toBe("ever");
  expect(sh("cat /proc/self/status | cut -f2 && sleep 1d")).toEqual({ runs: 86_400_000, exit: 0 });
});

test("endOf > what is not understood is not guessed", () => {
  expect(sh("echo hello")).toBeUndefined();
  expect(sh("if [ -f x ]; then exit 1; fi")).toBeUndefined();
  expect(sh("exit $(( $RANDOM / 16384 ))")).toBeUndefined();
  expect(sh("sleep 10 & exit 1")).toBeUndefined();
});

test("endOfContainer > the termination message is what is echoed into its file, or else the log of a failure where it may be", () => {
  const container = (script: string): Parameters<typeof endOfContainer>[0] => ({
    command: ["sh", "-c"],
    args: [script],
  });
  const fallback = { terminationMessagePolicy: "FallbackToLogsOnError" };
  expect(endOfContainer(container("/bin/echo -n DONE > /dev/termination-log"))).toEqual({
    runs: 0,
    exit: 0,
    message: "DONE",
  });
  expect(endOfContainer({ ...container("echo -n DONE; false"), ...fallback })).toMatchObject({
    exit: 1,
    message: "DONE",
  });
  expect(endOfContainer({ ...container("echo -n DONE; true"), ...fallback })).toEqual({ runs: 0, exit: 0 });
  expect(endOfContainer({ ...container("echo no >/own; exit 2"), terminationMessagePath: "/own" })).toEqual({
    runs: 0,
    exit: 2,
    message: "no\n",
  });
  expect(endOfContainer({ args: ["netexec", "--http-port=80"] })).toBe("ever");
  expect(endOfContainer({ args: ["--verbose"] })).toBeUndefined();
});
