/** Runtime net against ambient time and randomness: fails the test that reads the wall clock or Math.random. */
const RealDate = Date;

function refuse(what: string): never {
  throw new Error(`${what} is ambient; take time and randomness as parameters`);
}

/** Whether the caller is our own code: the nearest frame outside of this file. Libraries may hold a reference and read it. */
function callerIsOurs(): boolean {
  const frames = (new Error("where").stack ?? "").split("\n").slice(1);
  const caller = frames.find((frame) => !frame.includes("no-ambient") && !frame.includes("<anonymous>")) ?? "";
  return (
    !caller.includes("node_modules") && /\/src\/(?!cli|serve|report|workload\/bench|harness\/campaign)/.test(caller)
  );
}

globalThis.Date = new Proxy(RealDate, {
  construct(target, args: unknown[]) {
    if (args.length === 0 && callerIsOurs()) refuse("new Date()");
    return Reflect.construct(target, args) as object;
  },
  get(target, key, receiver) {
    if (key === "now") return (): number => (callerIsOurs() ? refuse("Date.now()") : RealDate.now());
    return Reflect.get(target, key, receiver) as unknown;
  },
});

const realRandom = Math.random;
Math.random = (): number => (callerIsOurs() ? refuse("Math.random()") : realRandom());
