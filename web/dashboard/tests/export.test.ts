import { describe, expect, it } from 'vitest';
import { blockCsv, csvTable, linesCsv } from '../src/export/csv.js';
import { fileName } from '../src/export/download.js';
import { exportFormats } from '../src/export/formats.js';
import { domPicture } from '../src/export/domPicture.js';
import { lineChartPicture } from '../src/export/lineChartPicture.js';
import { alignLines } from '../src/figures/alignLines.js';
import type { LineSpec } from '../src/figures/lineSpec.js';

const colours = { text: '#111111', muted: '#555555', grid: '#eeeeee', surface: '#ffffff', colour: () => '#1f62b4' };
const words = { title: 'Gradient <norm>', caption: 'ℓ₂ norm over units & batch', context: 'my "run", step 120' };
const spec: LineSpec = {
  xLabel: 'timestep t',
  yLabel: 'norm',
  log: true,
  marker: 2,
  backward: true,
  series: [
    { label: 'total', x: [0, 1, 2, 3], y: [1e-6, 0, NaN, 1], colour: '--series-1' },
    { label: 'bound', x: [0, 1, 2, 3], y: [1e-3, 1e-2, 1e-1, 1], colour: '--series-2', dash: [5, 4] },
  ],
};

describe('CSV', () => {
  it('says what it is, quotes what must be quoted, and disarms formulas', () => {
    expect(
      csvTable(
        ['run\na'],
        ['name', 'x'],
        [
          ['a,"b"', 1],
          ['=1+1', NaN],
        ],
      ),
    ).toBe('# run a\r\nname,x\r\n"a,""b""",1\r\n\'=1+1,NaN\r\n');
  });
  it('holds every point of a chart', () => {
    const lines = linesCsv(['my run, step 120'], spec).trim().split('\r\n');
    expect(lines.slice(0, 4)).toEqual([
      '# my run, step 120',
      'series,timestep t,norm',
      'total,0,0.000001',
      'total,1,0',
    ]);
    expect(lines).toHaveLength(10);
    expect(lines[4]).toBe('total,2,NaN');
  });
  it('holds every cell of a heatmap, both extremes of thinned ones', () => {
    const max = Float32Array.of(1, 2, 3, NaN);
    const steps = Float64Array.of(0, 10);
    const block = { timesteps: 2, first: steps, last: steps, lengths: Int32Array.of(2, 1), max, min: max };
    expect(blockCsv([], block)).toBe('step,timestep,value\r\n0,0,1\r\n0,1,2\r\n10,0,3\r\n');
    const thinned = { ...block, last: Float64Array.of(9, 19), min: Float32Array.of(0, 1, 2, NaN) };
    expect(blockCsv([], thinned)).toBe(
      'first_step,last_step,timestep,max,min\r\n0,9,0,1,0\r\n0,9,1,2,1\r\n10,19,0,3,2\r\n',
    );
  });
});

describe('the formats of every panel', () => {
  const figure = { picture: () => ({ svg: '<svg xmlns="a"/>', width: 1, height: 1 }), csv: () => 'a,b\r\n' };
  const textOf = async (ending: string): Promise<string> => {
    const format = exportFormats.find((one) => one.ending === ending);
    return format === undefined ? '' : (await format.make(figure, words)).text();
  };

  it('have an ending and a label each', () => {
    expect(exportFormats.map((format) => format.ending)).toEqual(['png', 'svg', 'csv']);
    expect(new Set(exportFormats.map((format) => format.label)).size).toBe(exportFormats.length);
  });
  it('write what the figure holds', async () => {
    expect(await textOf('svg')).toBe('<svg xmlns="a"/>');
    expect(await textOf('csv')).toBe('a,b\r\n');
  });
});

describe('a chart as SVG', () => {
  const { svg, width, height } = lineChartPicture(spec, words, colours);
  const document = new DOMParser().parseFromString(svg, 'image/svg+xml');

  it('is one well-formed document with its size', () => {
    expect(document.querySelector('parsererror')).toBeNull();
    expect(document.documentElement.getAttribute('width')).toBe(String(width));
    expect(height).toBeGreaterThan(300);
  });
  it('has title, caption, run and step, axes and legend', () => {
    const texts = [...document.querySelectorAll('text')].map((text) => text.textContent);
    const { title, caption, context } = words;
    const marks = ['norm', 'total', 'bound', '10⁻⁶', '10⁻²', '▽ zero', '× not finite'];
    for (const expected of [title, caption, context, ...marks]) expect(texts).toContain(expected);
    expect(texts.some((text) => text?.includes('← backpropagation'))).toBe(true);
  });
  it('marks the zero and the NaN once each and breaks the line there', () => {
    const texts = [...document.querySelectorAll('text')].map((text) => text.textContent);
    expect(texts.filter((text) => text === '▽')).toHaveLength(1);
    expect(texts.filter((text) => text === '×')).toHaveLength(1);
    expect(document.querySelectorAll('polyline')).toHaveLength(3);
  });
  it('interprets no name as markup', () => expect(svg).not.toContain('<norm>'));
});

describe('a drawn figure as SVG', () => {
  it('keeps its shapes, loses what is for the screen alone, and stands in a frame', () => {
    document.body.innerHTML =
      '<svg viewBox="0 0 20 10"><circle class="s" r="3"></circle><g data-screen-only=""><path></path></g></svg>';
    const { svg } = domPicture(document.querySelector('svg') as SVGSVGElement, words, colours);
    expect(svg).toContain('<circle');
    expect(svg).not.toContain('<path');
    expect(svg).not.toContain('class=');
    expect(svg).toContain('my &quot;run&quot;, step 120');
  });
});

describe('file names', () => {
  it('are plain', () =>
    expect(fileName('Total gradient ‖∂L/∂hₜ‖₂', 'my/run:1, step 2,000')).toBe('total-gradient-l-h_my-run-1-step-2000'));
});

describe('lines on one axis', () => {
  it('keep gaps apart from points that were never there', () => {
    const { x, y } = alignLines({
      ...spec,
      series: [
        { label: 'a', x: [1, 2, 3], y: [1, 0, 3], colour: 'c' },
        { label: 'b', x: [2, 4], y: [5, 6], colour: 'c' },
      ],
    });
    expect(x).toEqual([1, 2, 3, 4]);
    expect(y).toEqual([
      [0, null, Math.log10(3), undefined],
      [undefined, Math.log10(5), undefined, Math.log10(6)],
    ]);
  });
});
