import { stringify } from "csv-stringify/sync";
import { writeFile } from "./write-file.ts";

/** A row of a table: absent fields stay empty. */
export type CsvRow = object;

/** A table with a header line. Columns: the given ones, else those of the rows in order of first appearance. */
export function renderCsv(rows: readonly CsvRow[], columns: readonly string[] = columnsOf(rows)): string {
  const cast = { boolean: (value: boolean) => String(value) };
  return stringify([...rows], { header: true, columns: [...columns], cast });
}

/** Writes the table to a file, whole or not at all. */
export function writeCsv(path: string, rows: readonly CsvRow[], columns?: readonly string[]): void {
  writeFile(path, renderCsv(rows, columns));
}

function columnsOf(rows: readonly CsvRow[]): readonly string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}
