import { element, textElement } from './svg.js';

/** An SVG document and its size in pixels. */
export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** The words around an exported figure. */
export interface PictureWords {
  readonly title: string;
  /** Norm and reduction. */
  readonly caption: string;
  /** Run and step. */
  readonly context: string;
}

/** The colours of an exported figure. */
export interface PictureColours {
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly surface: string;
  colour(property: string): string;
}

/** What a panel can be saved as. */
export interface FigureExport {
  picture(words: PictureWords): Picture;
  csv(): string;
}

/** Room above a figure for its words. */
export const headHeight = 64;

/** Room around a figure. */
export const margin = 16;

/** Sets a figure of a given size between its title, caption and context, as one document. */
export function framePicture(
  words: PictureWords, colours: PictureColours, width: number, height: number, content: string,
): Picture {
  const full = { width: width + 2 * margin, height: height + headHeight + margin };
  const svg = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg', width: full.width, height: full.height,
      viewBox: `0 0 ${Math.round(full.width)} ${Math.round(full.height)}`, 'font-family': 'system-ui, sans-serif', 'font-size': 12,
    },
    element('title', {}, ...[escapeTitle(`${words.title}, ${words.context}`)]),
    element('rect', { width: full.width, height: full.height, fill: colours.surface }),
    textElement(margin, 24, words.title, { fill: colours.text, 'font-size': 15, 'font-weight': 600 }),
    textElement(margin, 41, words.caption, { fill: colours.muted, 'font-size': 11 }),
    textElement(margin, 56, words.context, { fill: colours.muted, 'font-size': 11 }),
    element('g', { transform: `translate(${margin} ${headHeight})` }, content),
  );
  return { svg, ...full };
}

function escapeTitle(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
