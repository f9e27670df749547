import type { RunDetail } from '../api/types.js';
import { formatNumber } from '../numbers/format.js';
import { cellLabel, cellNamed } from './cells.js';

/** The longest dependency that a run was told of before it began to learn; null where its start says nothing of it. */
export function chronoOf(run: RunDetail): number | null {
  const { chrono } = run.configuration;
  const hasEffect = run.cell.split(',').some((cell) => cellNamed(cell)?.hasChronoStart === true);
  return hasEffect && typeof chrono === 'number' ? chrono : null;
}

/** Which runs knew the length before they began; empty where none did. */
export function chronoSentence(runs: readonly RunDetail[]): string {
  const told = runs.filter((run) => chronoOf(run) !== null);
  const [first] = told;
  if (first === undefined) return '';
  const cells = [...new Set(told.map((run) => cellLabel(run.cell)))];
  const who = cells.length === 1 ? cells[0] : `${cells.slice(0, -1).join(', ')} and ${cells.at(-1)}`;
  const lengths = [...new Set(told.map((run) => formatNumber(chronoOf(run))))];
  const were = told.length === 1 ? 'was' : 'were';
  return `${who} ${were} told the length, ${lengths.join(' or ')} timesteps, by chrono start.`;
}
