import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root.ts";

/** A field of a message as Kubernetes' Go types declare it. */
export interface Field {
  /** Its name in JSON; "" for a structure whose fields stand in the outer object. */
  readonly name: string;
  /** A message ("core/v1.Pod"), or s(tring), i(nteger), b(oolean), d(ouble), y (bytes), time, quantity, intstr … */
  readonly type: string;
  readonly pointer: boolean;
  readonly list: boolean;
  readonly map: boolean;
  /** A list with a message of its own around it. */
  readonly items: boolean;
  /** Written even when it is empty. */
  readonly kept: boolean;
}

/** The fields of every message by their numbers. */
export type Messages = ReadonlyMap<string, ReadonlyMap<number, Field>>;

let messages: Messages | undefined;

/** The table of messages.txt, read once. */
export function protobufMessages(): Messages {
  messages ??= new Map(
    readFileSync(join(packageRoot(), "src/serve/protobuf/messages.txt"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [name = "", ...fields] = line.split(" ");
        return [name, new Map(fields.map(parseField))];
      }),
  );
  return messages;
}

function parseField(text: string): [number, Field] {
  const [number = "", name = "", form = ""] = text.split(":");
  const [, marks = "", type = "", kept = ""] = /^([*[\]{}()]*)(.*?)(!?)$/.exec(form) ?? [];
  const has = (mark: string): boolean => marks.includes(mark);
  return [
    Number(number),
    { name, type, pointer: has("*"), list: has("[]"), map: has("{}"), items: has("()"), kept: kept === "!" },
  ];
}
