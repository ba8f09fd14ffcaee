/** Runtime net against ambient time and randomness: fails the test that reads the wall clock or Math.random. */
const RealDate = Date;

function refuse(what: string): never {
  throw new Error(`${what} is ambient; take time and randomness as parameters`);
}

const stackIsOurs = (): boolean => /\/src\/(?!cli|report|workload\/bench|harness\/campaign)/.test(new Error("where").stack ?? "");

globalThis.Date = new Proxy(RealDate, {
  construct(target, args: unknown[]) {
    if (args.length === 0 && stackIsOurs()) refuse("new Date()");
    return Reflect.construct(target, args) as object;
  },
  get(target, key, receiver) {
    if (key === "now" && stackIsOurs()) refuse("Date.now()");
    return Reflect.get(target, key, receiver) as unknown;
  },
});

const realRandom = Math.random;
Math.random = (): number => (stackIsOurs() ? refuse("Math.random()") : realRandom());
