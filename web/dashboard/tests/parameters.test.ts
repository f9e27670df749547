import { describe, expect, it } from 'vitest';
import { readParameters, writeParameters } from '../src/state/parameters.js';
import { pageParameters } from '../src/state/pageParameters.js';
import { routeOf, runPath } from '../src/state/routes.js';

describe('parameters of an address', () => {
  it('are left out where they have their default', () => {
    for (const table of Object.values(pageParameters)) {
      const { values, problems } = readParameters(table, '');
      expect(problems).toEqual([]);
      expect(writeParameters(table, values)).toBe('');
    }
  });

  it('survive a round trip', () => {
    const query =
      '?step=1200&show=gate-mean&layer=2&gate=update&t=17&smooth=0.6&loss=log&lock=-8..0' +
      '&statistic=gate-share-above&speed=0.5';
    const { values, problems } = readParameters(pageParameters.live, query);
    expect(problems).toEqual([]);
    expect(values.lock).toEqual([-8, 0]);
    expect(values.step).toBe(1200);
    expect(writeParameters(pageParameters.live, values)).toBe(query);
  });

  it('keep run ids readable and once each', () => {
    const { values } = readParameters(pageParameters.compare, '?runs=a,b,a,c');
    expect(values.runs).toEqual(['a', 'b', 'c']);
    expect(writeParameters(pageParameters.compare, values)).toBe('?runs=a,b,c');
  });

  it('of a column that has another name now mean its successor', () => {
    const { values, problems } = readParameters(pageParameters.runs, '?sort=horizon&order=up');
    expect([values.sort, values.order, problems]).toEqual(['reach', 'up', []]);
  });

  it.each([
    ['smooth', '1.5'],
    ['smooth', 'abc'],
    ['smooth', '-0.1'],
    ['layer', '-1'],
    ['layer', '1.5'],
    ['layer', '64'],
    ['step', '1e3'],
    ['show', 'Everything!'],
    ['lock', '0..-8'],
    ['lock', '-99..0'],
    ['gate', '<script>'],
    ['t', '-1'],
    ['loss', 'LOG'],
    ['speed', '3'],
  ])('reject %s=%s, name it, and take the default', (key, value) => {
    const query = `?${new URLSearchParams({ [key]: value })}`;
    const { values, problems } = readParameters(pageParameters.live, query);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(key);
    expect(values).toEqual(readParameters(pageParameters.live, '').values);
  });

  it('reject more than four runs and ids that are paths', () => {
    expect(readParameters(pageParameters.compare, '?runs=a,b,c,d,e,f,g,h,i,j,k,l').problems).toHaveLength(0);
    expect(readParameters(pageParameters.compare, '?runs=a,b,c,d,e,f,g,h,i,j,k,l,m').problems).toHaveLength(1);
    expect(readParameters(pageParameters.compare, '?runs=../x').problems).toHaveLength(1);
  });

  it('name settings that do not exist', () => {
    expect(readParameters(pageParameters.explorer, '?lenght=8').problems[0]).toContain('lenght');
  });

  it('start the explorer with 8 timesteps, scale 0.8 and tanh', () => {
    const { values } = readParameters(pageParameters.explorer, '');
    expect([values.length, values.scale, values.cell]).toEqual([8, 0.8, 'rnn']);
  });
});

describe('routes', () => {
  it.each([
    ['/', { page: 'home' }],
    ['/runs', { page: 'runs' }],
    ['/run/a%20b', { page: 'live', run: 'a b' }],
    ['/run/x/itemised', { page: 'itemised', run: 'x' }],
    ['/compare', { page: 'compare' }],
    ['/explorer/', { page: 'explorer' }],
    ['/dependency', { page: 'dependency' }],
    ['/nothing', { page: 'unknown' }],
    ['/run', { page: 'unknown' }],
    ['/run/x/other', { page: 'unknown' }],
    ['/run/%E0%A4%A', { page: 'unknown' }],
  ])('%s', (path, route) => expect(routeOf(path)).toEqual(route));

  it('write a run id back as it was', () => expect(routeOf(runPath('ä/b?c'))).toEqual({ page: 'live', run: 'ä/b?c' }));
});
