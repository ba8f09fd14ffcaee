import { expect, test } from "vitest";
import { startProgress } from "./progress.ts";

function recorder(isTTY: boolean) {
  const written: string[] = [];
  let nowMs = 0;
  const stream = { isTTY, columns: 20, write: (text: string) => written.push(text) };
  const progress = startProgress(stream, () => nowMs);
  return { written, progress, wait: (ms: number) => (nowMs += ms) };
}

test("progress > without a terminal it is plain lines, at most one in five seconds", () => {
  const { written, progress, wait } = recorder(false);
  progress.update("one");
  progress.update("two");
  wait(5000);
  progress.update("three");
  progress.done("end");
  expect(written).toEqual(["one\n", "three\n", "end\n"]);
});

test("progress > on a terminal it rewrites one line that fits the width", () => {
  const { written, progress, wait } = recorder(true);
  progress.update("a text that is longer than the terminal");
  wait(100);
  progress.update("b");
  progress.done();
  expect(written).toEqual(["\r\u001b[2Ka text that is long", "\r\u001b[2Kb", "\r\u001b[2K"]);
});
