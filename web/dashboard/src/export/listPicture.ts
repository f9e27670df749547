import { framePicture, type Picture, type PictureColours, type PictureWords } from './picture.js';
import { textElement } from './svg.js';

const lineHeight = 20;

/** Lines of text as a document. */
export function listPicture(words: PictureWords, colours: PictureColours, lines: readonly string[]): Picture {
  const content = lines.map((line, i) => textElement(0, 16 + i * lineHeight, line, { fill: colours.text })).join('');
  return framePicture(words, colours, 720, 8 + lines.length * lineHeight, content);
}
