import type { CellInfo } from '../api/types.js';

let known: readonly CellInfo[] = [];

/** Remembers the cells that the server has told of; once, before the page is drawn. */
export function learnCells(cells: readonly CellInfo[]): void {
  known = cells;
}

/** All cells, in the server's order. */
export function allCells(): readonly CellInfo[] {
  return known;
}

/** The cell of a name or an alias; undefined for a name that the server does not know. */
export function cellNamed(name: string): CellInfo | undefined {
  return known.find((cell) => cell.name === name || cell.aliases.includes(name));
}

/** A cell's name for people. */
export function cellLabel(cell: string): string {
  return cellNamed(cell)?.title ?? cell;
}

/** Whether a gate of this name has negative values in any cell. */
export function isSignedGate(gate: string): boolean {
  return known.some((cell) => cell.gates.some((one) => one.name === gate && one.isSigned));
}
