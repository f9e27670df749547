import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseColour } from '../src/figures/colourScale.js';
import { runDash, seriesColour, seriesColours } from '../src/panels/linePanel.js';
import { mostCompared } from '../src/state/pageParameters.js';

const css = readFileSync('src/app.css', 'utf8');

function ends(property: string): readonly [light: string, dark: string] {
  const match = new RegExp(`${property}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(css);
  return [match?.[1] ?? '', match?.[2] ?? ''];
}

function linear(hex: string): readonly [number, number, number] {
  const [r, g, b] = parseColour(hex).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return [r ?? NaN, g ?? NaN, b ?? NaN];
}

/** WCAG 2.2, relative luminance and contrast. */
function contrast(a: string, b: string): number {
  const [high = NaN, low = NaN] = [a, b]
    .map((hex) => {
      const [r, g, blue] = linear(hex);
      return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
    })
    .sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

/** OKLab (Ottosson 2020), in which equal distances look equally different. */
function oklab(hex: string): readonly number[] {
  const [r, g, b] = linear(hex);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** WCAG 2.2 asks it of what a picture needs to be understood (1.4.11). */
const leastContrast = 3;

/** Four times what two fields beside each other need to look different, about 0.02. */
const leastDistance = 0.08;

describe('the colours of compared runs', () => {
  it('are as many as runs can be laid over each other', () => expect(mostCompared).toBe(seriesColours));

  it.each([
    ['light', 0],
    ['dark', 1],
  ] as const)('stand out from the page and from each other in %s', (_theme, end) => {
    const surface = ends('--surface')[end];
    const colours = Array.from({ length: seriesColours }, (_, i) => ends(seriesColour(i))[end]);
    for (const [i, colour] of colours.entries()) {
      expect(contrast(colour, surface), `${colour} on ${surface}`).toBeGreaterThanOrEqual(leastContrast);
      for (const other of colours.slice(i + 1)) {
        const [a, b] = [oklab(colour), oklab(other)];
        expect(Math.hypot(...a.map((part, k) => part - (b[k] ?? NaN))), `${colour}, ${other}`).toBeGreaterThan(
          leastDistance,
        );
      }
    }
  });

  it('have a line of another style from the seventh on', () => {
    expect(runDash(5, false)).toEqual({});
    const styles = [runDash(0, true), runDash(6, false), runDash(6, true)].map((style) => String(style.dash));
    expect(new Set(styles).size).toBe(3);
  });
});
