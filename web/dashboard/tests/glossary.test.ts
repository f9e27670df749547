import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { partsOf, terms, tipId } from '../src/words/glossary.js';

// From the folder of the page, in which npm runs its scripts.
const glossary = readFileSync('../../docs/glossary.md', 'utf8');

/** The definitions of the document, by their entry. */
const definitions = new Map(
  glossary
    .split('\n')
    .map((line) => /^- \*\*(.+?)\*\*.*? – (.+)$/.exec(line))
    .flatMap((match): [string, string][] => (match === null ? [] : [[match[1] ?? '', match[2] ?? '']])),
);

describe('the tips of the glossary', () => {
  it('reads the document', () => expect(definitions.size).toBeGreaterThan(60));

  it.each(terms.map((term) => [term.entry, term.tip] as const))('%s is what the document says', (entry, tip) => {
    expect(definitions.get(entry)?.replaceAll("'", '’').startsWith(tip)).toBe(true);
    expect(tip.split(' ').length).toBeLessThanOrEqual(17);
  });

  it('have a name each', () => expect(new Set(terms.map(tipId)).size).toBe(terms.length));
});

describe('a text with terms', () => {
  const named = (text: string): string[] => partsOf(text).flatMap(({ term }) => (term === null ? [] : [term.entry]));

  it('is the same text', () => {
    const text = 'σ₁ of R, ρ dashed; the bound (γσ₁)^lag of an RNN, ReLU';
    expect(
      partsOf(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
    expect(named(text)).toEqual(['spectral norm', 'recurrent weights', 'spectral radius', 'bound']);
  });

  it('finds words and not their parts', () => {
    expect(named('an RNN reaches RNNs and lags')).toEqual([]);
    expect(named('Gradient reach: a reach below the reach')).toEqual(['gradient reach']);
    expect(named('below 1/γ a chrono start and a carousel')).toEqual([
      'slope',
      'chrono initialisation',
      'constant error carousel',
    ]);
  });

  it('has one part where there is no term', () =>
    expect(partsOf('mean over targets')).toEqual([{ text: 'mean over targets', term: null }]));
});
