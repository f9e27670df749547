/** A number of the server's JSON, where non-finite values travel as strings. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity' | null;

/** Reads one number; nothing is NaN. */
export function toNumber(value: JsonNumber | undefined): number {
  if (typeof value === 'number') return value;
  if (value === 'Infinity') return Infinity;
  if (value === '-Infinity') return -Infinity;
  return NaN;
}

/** Reads a number that may be absent. */
export function toOptionalNumber(value: JsonNumber | undefined): number | null {
  return value === null || value === undefined ? null : toNumber(value);
}

/** Reads a column of numbers. */
export function toColumn(values: readonly JsonNumber[]): Float64Array {
  const column = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) column[i] = toNumber(values[i]);
  return column;
}

/** Reads little-endian float32 values from base64. */
export function floatsFromBase64(text: string): Float32Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  const values = new Float32Array(Math.floor(bytes.length / 4));
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
  return values;
}
