import { describe, expect, it } from 'vitest';
import { barShare, barSpan, placeOf, unrolledLayout } from '../src/figures/unrolledLayout.js';
import { formatPlain, raised } from '../src/numbers/format.js';

describe('an unrolled network', () => {
  const widths = [240, 320, 480, 880, 1100];
  const states = [3, 9, 21, 41, 101, 201];

  it('keeps every state and the loss inside its width, on a phone too', () => {
    for (const width of widths) {
      for (const count of states) {
        const layout = unrolledLayout(count, width);
        if (!layout.boxed) continue;
        for (let item = 0; item <= count; item++) {
          const { x, y } = placeOf(layout, item);
          expect(x - layout.gap).toBeGreaterThanOrEqual(0);
          expect(x + layout.box).toBeLessThanOrEqual(width + 1e-9);
          expect(y).toBeLessThan(layout.height);
        }
      }
    }
  });

  it('has room for a number in each box and for a factor at each arrow', () => {
    for (const width of widths) {
      for (const count of states) {
        const layout = unrolledLayout(count, width);
        if (!layout.boxed) continue;
        expect(layout.box).toBeGreaterThanOrEqual(44);
        expect(layout.gap).toBeGreaterThanOrEqual(41);
      }
    }
  });

  it('shows eight timesteps as boxes in one row on a desk and in several on a phone', () => {
    expect(unrolledLayout(9, 930)).toMatchObject({ boxed: true, rows: 1, perRow: 10 });
    expect(unrolledLayout(9, 320)).toMatchObject({ boxed: true, perRow: 3 });
    expect(unrolledLayout(201, 930).boxed).toBe(false);
  });
});

describe('its bars', () => {
  it('span whole decades, twelve at most', () => {
    expect(barSpan([0.02, 1])).toEqual({ low: 0.01, high: 1 });
    expect(barSpan([1, 1])).toEqual({ low: 0.1, high: 1 });
    expect(barSpan([1e-30, 1])).toEqual({ low: 1e-12, high: 1 });
    expect(barSpan([0, NaN, Infinity])).toEqual({ low: 0.1, high: 1 });
  });

  it('grow with the logarithm, and show all but an exact zero', () => {
    const span = { low: 1e-4, high: 1 };
    expect(barShare(span, 0.01)).toBeCloseTo(0.5, 12);
    expect(barShare(span, 1)).toBe(1);
    expect(barShare(span, 1e-9)).toBeGreaterThan(0);
    expect(barShare(span, 0)).toBe(0);
    expect(barShare(span, Infinity)).toBe(1);
    expect(barShare(span, NaN)).toBe(1);
  });
});

describe('plain numbers', () => {
  it.each([
    [0.168, '0.168'],
    [1.2e-7, '1.2·10⁻⁷'],
    [3.68e10, '3.68·10¹⁰'],
    [1234, '1,234'],
    [NaN, 'NaN'],
    [Infinity, '∞'],
  ])('write %s without an e', (value, text) => expect(formatPlain(value)).toBe(text));

  it('have exponents above the line', () => expect([8, -12].map(raised)).toEqual(['⁸', '⁻¹²']));
});
