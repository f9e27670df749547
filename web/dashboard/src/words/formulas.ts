/** A piece of a text that is set in one way. */
export interface Piece {
  readonly kind: 'text' | 'raised' | 'code';
  readonly text: string;
}

const pattern = /(?<=(?<![\w.-])-?\d[\d.]*)e(-?\d+)\b|\^(?:(\d+)|\(([^)]+)\))|`([^`]+)`/g;

/** Sets 8.7e-67 as 8.7·10⁻⁶⁷, γ^50 with what stands above, and `commands` as code; HtmlReport in C# does the same. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  const add = (kind: Piece['kind'], piece: string): void => {
    if (piece !== '') pieces.push({ kind, text: piece });
  };
  for (const match of text.matchAll(pattern)) {
    add('text', text.slice(end, match.index));
    const [whole, exponent, power, product, code] = match;
    if (exponent !== undefined) {
      add('text', '·10');
      add('raised', exponent.replace('-', '−'));
    } else if (code !== undefined) add('code', code);
    else add('raised', power ?? product ?? '');
    end = match.index + whole.length;
  }
  add('text', text.slice(end));
  return pieces;
}
