import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { ApiObject } from "../../api/object.ts";
import type { ObjectList } from "../../api/request.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Cell } from "./cells.ts";
import { columnsText } from "./columns-text.ts";
import { podRowConditions } from "./pod.ts";
import { PRINTERS } from "./printers.ts";

/** What a table's rows carry of their objects. */
export type IncludeObject = "Metadata" | "Object" | "None";

/** How a table is asked for. */
export interface TableOptions {
  readonly includeObject: IncludeObject;
  /** "meta.k8s.io/v1". */
  readonly apiVersion: string;
  readonly now: Millis;
  /** False in a watch after its first event, which has told the columns. */
  readonly headers: boolean;
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly priority: number;
  readonly description: string;
}

type Table = { readonly [field: string]: unknown };

/** A page of a collection as a table. */
export function tableOfList(kind: string, list: ObjectList, options: TableOptions): Table {
  const { resourceVersion, continue: token, remainingItemCount, items } = list;
  const metadata = {
    resourceVersion,
    ...(token !== undefined && { continue: token }),
    ...(remainingItemCount !== undefined && { remainingItemCount }),
  };
  return table(kind, items, metadata, options);
}

/** One object as a table of one row. */
export function tableOfObject(object: ApiObject, options: TableOptions): Table {
  const { resourceVersion } = object.metadata;
  const metadata = resourceVersion === undefined || resourceVersion === "" ? {} : { resourceVersion };
  return table(object.kind, [object], metadata, options);
}

function table(kind: string, objects: readonly ApiObject[], metadata: object, options: TableOptions): Table {
  const { apiVersion, headers } = options;
  const columnDefinitions = headers ? (columns().get(kind) ?? defaultColumns()) : null;
  // Upstream's default convertor makes no list of rows where there are none (registry/rest/table.go).
  const noRows = objects.length === 0 && PRINTERS[kind] === undefined;
  return {
    kind: "Table",
    apiVersion,
    metadata,
    columnDefinitions,
    rows: noRows ? null : objects.map((object) => rowOf(kind, object, options)),
  };
}

function rowOf(kind: string, object: ApiObject, { includeObject, apiVersion, now }: TableOptions): object {
  const print = PRINTERS[kind];
  const { name, creationTimestamp } = object.metadata;
  const cells: readonly Cell[] = print === undefined ? [name, creationTimestamp ?? ""] : print(object, now);
  const conditions = kind === "Pod" ? podRowConditions(cast<Pod>(object)) : undefined;
  return {
    cells,
    ...(conditions !== undefined && { conditions }),
    object: includeObject === "Object" ? object : includeObject === "None" ? null : metadataOf(object, apiVersion),
  };
}

/** An object reduced to its metadata, as the server keeps it: without the annotation that stands for a field. */
export function metadataOf(object: ApiObject, apiVersion: string): ApiObject {
  const { metadata } = object;
  const bare = { kind: "PartialObjectMetadata", apiVersion, metadata };
  if (object.kind !== "DaemonSet" || metadata.annotations?.[TEMPLATE_GENERATION] === undefined) return bare;
  const { [TEMPLATE_GENERATION]: _, ...annotations } = metadata.annotations;
  const { annotations: _1, ...rest } = metadata;
  return { ...bare, metadata: Object.keys(annotations).length === 0 ? rest : { ...rest, annotations } };
}

const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

let parsed: ReadonlyMap<string, readonly Column[]> | undefined;
const descriptions = new Map<string, string>();

function columns(): ReadonlyMap<string, readonly Column[]> {
  if (parsed !== undefined) return parsed;
  const result = new Map<string, Column[]>();
  let current: Column[] = [];
  for (const line of columnsText.split("\n")) {
    if (line.startsWith("$"))
      descriptions.set(line.slice(0, line.indexOf("|")), unescaped(line.slice(line.indexOf("|") + 1)));
    else if (line.startsWith(" ")) current.push(parseColumn(line.slice(1)));
    else result.set(line, (current = []));
  }
  parsed = result;
  return result;
}

function parseColumn(line: string): Column {
  const [name = "", type = "", format = "", priority = "", ...rest] = line.split("|");
  const description = rest.join("|");
  return {
    name,
    type,
    format,
    priority: Number(priority),
    description: descriptions.get(description) ?? unescaped(description),
  };
}

function unescaped(text: string): string {
  return text.replaceAll("\\n", "\n");
}

/** Columns of a kind that has none of its own. */
function defaultColumns(): readonly Column[] {
  columns();
  const column = (name: string, type: string, format: string, token: string): Column => ({
    name,
    type,
    format,
    priority: 0,
    description: descriptions.get(token) ?? "",
  });
  return [column("Name", "string", "name", "$name"), column("Created At", "date", "", "$age")];
}
