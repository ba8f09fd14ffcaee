/**
 * What is still being put together. In hot code such an object begins as a literal without spreads and is filled field by
 * field: V8 is slow at literals that spread in the middle, and a new key on a copy (`{ ...object }`) makes a hidden class.
 */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };
