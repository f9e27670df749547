import { xField, type LineSpec } from '../figures/lineSpec.js';
import { isExact, type RowBlock } from '../numbers/rowBlock.js';

/** A table as CSV (RFC 4180), after lines that say what it is; readers skip those with the comment sign '#'. */
export function csvTable(
  about: readonly string[],
  header: readonly string[],
  rows: Iterable<readonly (string | number)[]>,
): string {
  const lines = about.map((line) => `# ${line.replaceAll(/[\r\n]+/g, ' ')}`);
  lines.push(header.map(field).join(','));
  for (const row of rows) lines.push(row.map(field).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

/** The lines of a chart in long form: one point per row. */
export function linesCsv(about: readonly string[], spec: LineSpec): string {
  return csvTable(about, ['series', spec.xLabel, spec.yLabel], pointsOf(spec));
}

/** The cells of a heatmap in long form, timesteps from 0: one cell per row, both extremes where columns are thinned. */
export function blockCsv(about: readonly string[], block: RowBlock): string {
  const header = isExact(block) ? ['step', 'timestep', 'value'] : ['first_step', 'last_step', 'timestep', 'max', 'min'];
  return csvTable(about, header, cellsOf(block));
}

function* pointsOf(spec: LineSpec): Generator<readonly (string | number)[]> {
  for (const series of spec.series) {
    for (let i = 0; i < series.x.length; i++)
      yield [series.label, xField(spec, series.x[i] ?? NaN), series.y[i] ?? NaN];
  }
  for (const band of spec.bands ?? []) {
    for (const [end, values] of [
      ['low', band.low],
      ['high', band.high],
    ] as const) {
      for (let i = 0; i < band.x.length; i++) {
        yield [`${band.label}: ${end}`, xField(spec, band.x[i] ?? NaN), values[i] ?? NaN];
      }
    }
  }
}

function* cellsOf(block: RowBlock): Generator<readonly number[]> {
  const exact = isExact(block);
  for (let column = 0; column < block.first.length; column++) {
    for (let t = 0; t < (block.lengths[column] ?? 0); t++) {
      const at = column * block.timesteps + t;
      const step = block.first[column] ?? NaN;
      const max = block.max[at] ?? NaN;
      yield exact ? [step, t, max] : [step, block.last[column] ?? NaN, t, max, block.min[at] ?? NaN];
    }
  }
}

function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  // A spreadsheet would run a text that begins like a formula.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
