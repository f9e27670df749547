import { describe, expect, it } from 'vitest';
import { linesCsv } from '../src/export/csv.js';
import { lineChartPicture } from '../src/export/lineChartPicture.js';
import { xSentence, xTicks, xTickText, type LineSpec } from '../src/figures/lineSpec.js';
import { timestepAxis } from '../src/panels/linePanel.js';
import { pageParameters } from '../src/state/pageParameters.js';
import { readParameters } from '../src/state/parameters.js';
import { initialState, timestepName } from '../src/words/timesteps.js';

const colours = { text: '#111111', muted: '#555555', grid: '#eeeeee', surface: '#ffffff', colour: () => '#1f62b4' };

/** The explorer's chart of so many timesteps, which begins with the initial state. */
function chartOf(timesteps: number): LineSpec {
  const x = Float64Array.of(initialState, ...timestepAxis(timesteps));
  return {
    xLabel: 'timestep t',
    yLabel: 'norm',
    log: true,
    backward: true,
    series: [{ label: 'measured', x, y: x.map(() => 1), colour: '--series-1' }],
  };
}

describe('timesteps', () => {
  it('count from 0, and the initial state has a name', () => {
    expect([...timestepAxis(3)]).toEqual([0, 1, 2]);
    expect([initialState, 0, 12].map(timestepName)).toEqual(['initial', '0', '12']);
  });
  it('are in an address from 0', () => {
    expect(readParameters(pageParameters.live, '?t=0').values.t).toBe(0);
    expect(readParameters(pageParameters.itemised, '?at=0').values.at).toBe(0);
  });
});

describe('the axis of a chart that begins with the initial state', () => {
  it('names it where its number would stand', () => {
    expect(xTicks(chartOf(4), -1, 3, 5).map((tick) => xTickText(chartOf(4), tick))).toEqual([
      'initial',
      '0',
      '1',
      '2',
      '3',
    ]);
  });
  it('has no number so near to the name that they would run into each other', () => {
    expect(xTicks(chartOf(60), -1, 59, 6)).toEqual([-1, 10, 20, 30, 40, 50]);
  });
  it('has its name in the picture, in the file and below the chart', () => {
    const document = new DOMParser().parseFromString(
      lineChartPicture(chartOf(4), { title: '', caption: '', context: '' }, colours).svg,
      'image/svg+xml',
    );
    const texts = [...document.querySelectorAll('text')].map((text) => text.textContent);
    expect(texts).toContain('initial');
    expect(texts).not.toContain('-1');
    expect(linesCsv([], chartOf(2))).toBe(
      'series,timestep t,norm\r\nmeasured,initial,1\r\nmeasured,0,1\r\nmeasured,1,1\r\n',
    );
    expect([initialState, 2].map((x) => xSentence(chartOf(4), x))).toEqual(['initial state', 'timestep t 2']);
  });
  it('is that of other charts where there is no initial state', () => {
    const spec = { ...chartOf(4), backward: false };
    expect(xTicks(spec, -1, 3, 5)).toEqual([-1, 0, 1, 2, 3]);
    expect(xTickText(spec, -1)).toBe('-1');
  });
});
