import { allCells, cellNamed } from '../words/cells.js';

/** One parameter of an address: its default, how it is read, and what is allowed in words. */
export interface Parameter<T> {
  readonly fallback: T;
  readonly allowed: string;
  /** The value, or undefined where the text is not one. */
  read(text: string): T | undefined;
  write(value: T): string;
}

/** All parameters of a page, by their names in the address. */
export type ParameterTable = Readonly<Record<string, Parameter<unknown>>>;

/** The values of a page's parameters. */
export type Values<Table extends ParameterTable> = {
  -readonly [Name in keyof Table]: Table[Name] extends Parameter<infer Value> ? Value : never;
};

/** A whole number between two limits. */
export function integer(fallback: number, low: number, high: number): Parameter<number> {
  return {
    fallback,
    allowed: `a whole number from ${low} to ${high}`,
    read: (text) => (/^-?\d{1,15}$/.test(text) ? within(Number(text), low, high) : undefined),
    write: String,
  };
}

/** A whole number or nothing. */
export function optionalInteger(low: number, high: number): Parameter<number | null> {
  return {
    fallback: null,
    allowed: `a whole number from ${low} to ${high}`,
    read: (text) => (/^-?\d{1,15}$/.test(text) ? within(Number(text), low, high) : undefined),
    write: String,
  };
}

/** A number between two limits. */
export function number(fallback: number, low: number, high: number): Parameter<number> {
  return {
    fallback,
    allowed: `a number from ${low} to ${high}`,
    read: (text) => (/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(text) ? within(Number(text), low, high) : undefined),
    write: String,
  };
}

/** One of some words. An address from before a word had its name means the word that `former` gives. */
export function choice<const Word extends string>(
  fallback: Word,
  words: readonly Word[],
  former: ReadonlyMap<string, Word> = new Map(),
): Parameter<Word> {
  return {
    fallback,
    allowed: `one of ${words.join(', ')}`,
    read: (text) => words.find((word) => word === text) ?? former.get(text),
    write: (value) => value,
  };
}

/** A cell by one of its names, written by its first. */
export function cell(fallback: string): Parameter<string> {
  return {
    fallback,
    get allowed() {
      return `one of ${allCells()
        .map((one) => one.name)
        .join(', ')}`;
    },
    read: (text) => cellNamed(text)?.name,
    write: (value) => value,
  };
}

/** A short text. */
export function text(fallback: string, longest = 200): Parameter<string> {
  return {
    fallback,
    allowed: `at most ${longest} characters`,
    read: (value) => (value.length <= longest ? value : undefined),
    write: (value) => value,
  };
}

const columnName = /^[a-z0-9][a-z0-9:-]{0,79}$/;
const columnLetters = 'letters, digits, hyphens and colons';

/** A name of a column, of a gate: letters, digits, hyphens and colons. */
export function name(fallback: string): Parameter<string> {
  return {
    fallback,
    allowed: columnLetters,
    read: (value) => (columnName.test(value) ? value : undefined),
    write: (value) => value,
  };
}

/** A name of a column, or nothing. */
export function optionalName(): Parameter<string | null> {
  return {
    fallback: null,
    allowed: columnLetters,
    read: (value) => (columnName.test(value) ? value : undefined),
    write: (value) => value ?? '',
  };
}

/** Some run ids, separated by commas. */
export function idList(most: number): Parameter<readonly string[]> {
  return {
    fallback: [],
    allowed: `at most ${most} run ids, separated by commas`,
    read: (value) => {
      const ids = value.split(',').filter((id) => id !== '');
      return ids.length <= most && ids.every((id) => /^[\w.-]{1,100}$/.test(id)) ? [...new Set(ids)] : undefined;
    },
    write: (ids) => ids.join(','),
  };
}

/** Two exponents of ten, the lower one first, or nothing: the ends of a locked logarithmic scale. */
export function decades(): Parameter<readonly [number, number] | null> {
  return {
    fallback: null,
    allowed: 'two exponents of ten from -60 to 60, the lower one first, as in -8..0',
    read: (value) => {
      const match = /^(-?\d{1,2})\.\.(-?\d{1,2})$/.exec(value);
      const low = Number(match?.[1] ?? NaN);
      const high = Number(match?.[2] ?? NaN);
      return low < high && low >= -60 && high <= 60 ? [low, high] : undefined;
    },
    write: (ends) => (ends === null ? '' : `${ends[0]}..${ends[1]}`),
  };
}

/** Reads a query string; what is not allowed takes its default and is named in `problems`. */
export function readParameters<Table extends ParameterTable>(
  table: Table,
  query: string,
): { values: Values<Table>; problems: string[] } {
  const given = new URLSearchParams(query);
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, parameter] of Object.entries(table)) {
    const written = given.get(key);
    const value = written === null ? parameter.fallback : parameter.read(written);
    if (value === undefined) {
      problems.push(`The address says ${key}=${written?.slice(0, 40)}, but ${key} is ${parameter.allowed}.`);
    }
    values[key] = value ?? parameter.fallback;
  }
  for (const key of new Set(given.keys())) {
    if (!(key in table)) problems.push(`The address has an unknown setting, ${key.slice(0, 40)}.`);
  }
  return { values: values as Values<Table>, problems };
}

/** Writes a query string that `readParameters` reads back; defaults are left out. */
export function writeParameters<Table extends ParameterTable>(table: Table, values: Values<Table>): string {
  const query = new URLSearchParams();
  for (const [key, parameter] of Object.entries(table)) {
    const value = parameter.write(values[key as keyof Table]);
    if (value !== parameter.write(parameter.fallback)) query.set(key, value);
  }
  // Commas and dots are legal in a query, and an address is to be read by people.
  const written = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return written === '' ? '' : `?${written}`;
}

function within(value: number, low: number, high: number): number | undefined {
  return value >= low && value <= high ? value : undefined;
}
