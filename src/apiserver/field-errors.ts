import type { StatusCause } from "../api/status.ts";

/** Collects what is wrong with an object, in the order of finding, in upstream's texts. */
export class FieldErrors {
  readonly causes: StatusCause[] = [];

  required(field: string, detail = ""): void {
    this.#add("FieldValueRequired", field, detail === "" ? "Required value" : `Required value: ${detail}`);
  }

  invalid(field: string, value: unknown, detail: string): void {
    this.#add("FieldValueInvalid", field, `Invalid value: ${printed(value)}: ${detail}`);
  }

  /** Upstream leaves the value out of some texts. */
  bareInvalid(field: string, detail: string): void {
    this.#add("FieldValueInvalid", field, `Invalid value: ${detail}`);
  }

  notSupported(
    field: string,
    value: unknown,
    supported: readonly string[],
    order: "sorted" | "as given" = "sorted",
  ): void {
    const list = (order === "sorted" ? [...supported].sort() : supported)
      .map((text) => JSON.stringify(text))
      .join(", ");
    const tail = list === "" ? "" : `: supported values: ${list}`;
    this.#add("FieldValueNotSupported", field, `Unsupported value: ${printed(value)}${tail}`);
  }

  duplicate(field: string, value: unknown): void {
    this.#add("FieldValueDuplicate", field, `Duplicate value: ${printed(value)}`);
  }

  /** A duplicate with a reason. */
  duplicateOf(field: string, value: unknown, detail: string): void {
    this.#add("FieldValueDuplicate", field, `Duplicate value: ${printed(value)}: ${detail}`);
  }

  forbidden(field: string, detail: string): void {
    this.#add("FieldValueForbidden", field, `Forbidden: ${detail}`);
  }

  tooLong(field: string, bytes: number): void {
    this.#add("FieldValueTooLong", field, `Too long: may not be more than ${bytes} bytes`);
  }

  tooMany(field: string, count: number, max: number): void {
    this.#add("FieldValueTooMany", field, `Too many: ${count}: must have at most ${max} items`);
  }

  internal(field: string, detail: string): void {
    this.#add("InternalError", field, `Internal error: ${detail}`);
  }

  notFound(field: string, value: unknown): void {
    this.#add("FieldValueNotFound", field, `Not found: ${printed(value)}`);
  }

  #add(reason: string, field: string, message: string): void {
    this.causes.push({ reason, message, field });
  }
}

/** A value as field errors print it: texts quoted, nothing as null, structures as JSON. */
function printed(value: unknown): string {
  return value === undefined ? "null" : JSON.stringify(value);
}
