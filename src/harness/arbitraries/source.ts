import { Random } from "fast-check";

/** The four words of sfc32, a small fast generator. */
type Words = [number, number, number, number];

interface Source {
  clone(): Source;
  next(): number;
  getState(): readonly number[];
}

/** fast-check's view of a stream that depends on `seed`, `index` and what it is for alone. */
export function randomOf(seed: number, index: number, purpose = 1): Random {
  const words: Words = [seed | 0, Math.floor(seed / 4_294_967_296) | 0, index | 0, purpose];
  const source = sourceOf(words);
  for (let i = 0; i < 12; i += 1) source.next();
  return new Random(source);
}

function sourceOf(words: Words): Source {
  return {
    clone: () => sourceOf([...words]),
    next: () => step(words),
    getState: () => words,
  };
}

/** A whole number of 32 bits, signed. */
function step(words: Words): number {
  const [a, b, c, counter] = words;
  const sum = (((a + b) | 0) + counter) | 0;
  words[3] = (counter + 1) | 0;
  words[0] = b ^ (b >>> 9);
  words[1] = (c + (c << 3)) | 0;
  words[2] = (((c << 21) | (c >>> 11)) + sum) | 0;
  return sum;
}
