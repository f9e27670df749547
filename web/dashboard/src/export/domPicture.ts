import { framePicture, type Picture, type PictureColours, type PictureWords } from './picture.js';
import { element } from './svg.js';

/** What of an element's style a document needs to look alike outside the page. */
const copied = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'opacity',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
] as const;

/** A canvas that lies under an SVG figure, and where. */
export interface PaintedPart {
  readonly canvas: HTMLCanvasElement;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A figure that the page draws as SVG, with its styles written into the document, over the painted part. */
export function domPicture(
  figure: SVGSVGElement,
  words: PictureWords,
  colours: PictureColours,
  painted: PaintedPart | null = null,
): Picture {
  const { width, height } = sizeOf(figure);
  const copy = figure.cloneNode(true) as SVGSVGElement;
  copyStyles(figure, copy);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  for (const hidden of copy.querySelectorAll('[data-screen-only]')) hidden.remove();
  const image =
    painted === null
      ? ''
      : element('image', {
          x: painted.x,
          y: painted.y,
          width: painted.width,
          height: painted.height,
          preserveAspectRatio: 'none',
          href: painted.canvas.toDataURL('image/png'),
        });
  const content = new XMLSerializer()
    .serializeToString(copy)
    // The copy stands inside a document that declares the namespace; Svelte's class names mean nothing there.
    .replace(/ xmlns="[^"]*"/g, '')
    .replace(/ class="[^"]*"/g, '');
  return framePicture(words, colours, width, height, image + content);
}

function sizeOf(figure: SVGSVGElement): { width: number; height: number } {
  const box = figure.viewBox?.baseVal;
  if (box !== null && box !== undefined && box.width > 0) return { width: box.width, height: box.height };
  const { width, height } = figure.getBoundingClientRect();
  return { width, height };
}

function copyStyles(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const property of copied) {
    const value = style.getPropertyValue(property);
    if (value !== '') to.setAttribute(property, value);
  }
  to.removeAttribute('style');
  for (let i = 0; i < from.children.length; i++) {
    const [source, target] = [from.children[i], to.children[i]];
    if (source !== undefined && target !== undefined) copyStyles(source, target);
  }
}
