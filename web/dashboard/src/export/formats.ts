import { pngOf } from './download.js';
import type { FigureExport, PictureWords } from './picture.js';

/** A kind of file that every panel with a figure can be saved as. */
export interface ExportFormat {
  /** On the button, and in a sentence about the file. */
  readonly label: string;
  /** Of the file's name, without the dot. */
  readonly ending: string;
  make(figure: FigureExport, words: PictureWords): Blob | Promise<Blob>;
}

/** Every format, in the order of the buttons. */
export const exportFormats: readonly ExportFormat[] = [
  { label: 'PNG', ending: 'png', make: (figure, words) => pngOf(figure.picture(words)) },
  {
    label: 'SVG',
    ending: 'svg',
    make: (figure, words) => new Blob([figure.picture(words).svg], { type: 'image/svg+xml' }),
  },
  { label: 'CSV', ending: 'csv', make: (figure) => new Blob([figure.csv()], { type: 'text/csv;charset=utf-8' }) },
];
