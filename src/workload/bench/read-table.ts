import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { CsvError, parse } from "csv-parse/sync";
import { InputError } from "../../base/input-error.ts";
import type { Row } from "../table.ts";

/** Text of a file; one whose name ends in .gz is unpacked. */
export function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  } catch (error) {
    throw new InputError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Rows of a CSV file whose first line names the columns. */
export function readTable(path: string): readonly Row[] {
  return parseTable(readText(path), path);
}

interface Parsed {
  readonly record: { readonly [column: string]: string };
  readonly info: { readonly lines: number };
}

/** Rows of a CSV text; `source` names it in complaints. */
export function parseTable(text: string, source: string): readonly Row[] {
  try {
    const parsed = parse<Parsed>(text, { columns: true, info: true, bom: true, skip_empty_lines: true });
    return parsed.map(({ record, info }) => ({ source, line: info.lines, fields: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new InputError(`${source}: ${error.message}`);
  }
}
