import { InputError } from "../base/input-error.ts";

/** One row of a table, with the place where it stands. */
export interface Row {
  readonly source: string;
  /** Line of the file, from 1; the header is line 1. */
  readonly line: number;
  readonly fields: { readonly [column: string]: string };
}

/** The text of a column that must exist. */
export function textOf(row: Row, column: string): string {
  const value = row.fields[column];
  if (value === undefined) throw new InputError(`${row.source}:${row.line}: column ${column} is missing`);
  return value;
}

/** A whole number of at least 0. */
export function wholeOf(row: Row, column: string): number {
  const text = textOf(row, column);
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InputError(
    `${row.source}:${row.line}: ${column} must be a whole number of at least 0, found ${JSON.stringify(text)}`,
  );
}
