import { element, escapeText, textElement } from './svg.js';

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

const margin = 16;
const narrowest = 420;
const lineHeight = 15;
const characterWidth = 6.2;

/** Sets a figure of a given size between its title, caption and context, as one document. */
export function framePicture(
  words: PictureWords,
  colours: PictureColours,
  width: number,
  height: number,
  content: string,
): Picture {
  const full = { width: Math.max(width + 2 * margin, narrowest), height: 0 };
  const lines = [...wrap(words.caption, full.width), ...wrap(words.context, full.width)];
  const headHeight = 36 + lines.length * lineHeight;
  full.height = height + headHeight + margin;
  const svg = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: full.width,
      height: full.height,
      viewBox: `0 0 ${Math.round(full.width)} ${Math.round(full.height)}`,
      'font-family': 'system-ui, sans-serif',
      'font-size': 12,
    },
    element('title', {}, escapeText(`${words.title}, ${words.context}`)),
    element('rect', { width: full.width, height: full.height, fill: colours.surface }),
    textElement(margin, 24, words.title, { fill: colours.text, 'font-size': 15, 'font-weight': 600 }),
    ...lines.map((line, i) => textElement(margin, 41 + i * lineHeight, line, { fill: colours.muted, 'font-size': 11 })),
    element('g', { transform: `translate(${margin} ${headHeight})` }, content),
  );
  return { svg, ...full };
}

/** Breaks words over lines by the average width of a character: the fonts of the reader's viewer are not known here. */
function wrap(text: string, width: number): string[] {
  const most = Math.floor((width - 2 * margin) / characterWidth);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < most) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Two pictures as one document, the second below the first. */
export function stackPictures(above: Picture, below: Picture): Picture {
  const [width, height] = [Math.max(above.width, below.width), above.height + below.height];
  const svg = element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${Math.round(width)} ${Math.round(height)}` },
    above.svg,
    element('g', { transform: `translate(0 ${above.height.toFixed(2)})` }, below.svg),
  );
  return { svg, width, height };
}
