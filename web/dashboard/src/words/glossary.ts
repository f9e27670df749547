/** A word of the glossary that panels explain. */
export interface Term {
  /** The entry of docs/glossary.md. */
  readonly entry: string;
  /** How it is written in titles, captions and help; a regular expression. */
  readonly written: string;
  /** What it is, in about ten words: the definition of the glossary, or how that begins. */
  readonly tip: string;
}

/** A part of a text: plain, or a term. */
export interface TextPart {
  readonly text: string;
  readonly term: Term | null;
}

/** Every word with a tip, the only list; a test holds it against docs/glossary.md. */
export const terms: readonly Term[] = [
  term('recurrent weights', 'R', 'weights from hₜ₋₁ to the pre-activations'),
  term(
    'spectral radius',
    'ρ|[Ss]pectral radius',
    'largest magnitude of an eigenvalue: the growth per timestep in the long run',
  ),
  term(
    'spectral norm',
    'σ₁|[Ss]pectral norm',
    'largest singular value: how much one timestep can stretch a vector at most',
  ),
  term(
    'bound',
    '\\(γσ₁\\)\\^lag|\\(γσ₁\\)\\^\\(T−t\\)|γσ₁|[Bb]ound',
    'the most that one timestep of an Elman network can stretch a gradient',
  ),
  term('slope', '1/γ|γ', 'the largest derivative of an activation: 1 for tanh and ReLU'),
  term('eigenvalue', '[Ee]igenvalues?', 'the factor by which a matrix stretches a direction that it keeps'),
  term('singular value', '[Ss]ingular values?', 'how much a matrix stretches one of its own directions'),
  term('Jacobian', 'Jacobians?', '∂hₜ/∂hₜ₋₁, the derivative of a state by the state before it'),
  term(
    'Lyapunov exponent',
    'Lyapunov exponents?',
    'mean logarithmic growth of a direction per timestep, along a real sequence',
  ),
  term(
    'constant error carousel',
    '[Cc]onstant error carousel|[Cc]arousel',
    'the path cₜ₋₁ → cₜ of an LSTM, whose derivative is the forget gate alone',
  ),
  term(
    'chrono initialisation',
    '[Cc]hrono initialisation|[Cc]hrono',
    'gate biases drawn so that memories last between 2 and T_max timesteps',
  ),
  term('forget bias', '[Ff]orget bias', 'the sum of both biases of an LSTM’s forget gate at the start'),
  term('gradient reach', '[Gg]radient reach|Reach', 'how far back a network can learn now'),
  term('effective context', '[Ee]ffective context', 'how far back a network uses its input'),
  term('horizon', '[Hh]orizon', 'the largest lag at which the gradient norm is still above 1 %'),
  term('lag', '[Ll]ag', 'the number of timesteps between a state and a later loss'),
  term('total gradient', '[Tt]otal gradient', '∂L/∂hₜ along all paths, through the recurrence as well'),
  term(
    'itemised gradient',
    '[Ii]temised gradient',
    '∂L_τ/∂hₜ for each pair t ≤ τ: which later loss reaches which earlier state',
  ),
  term('clipping', '[Cc]lipping|[Cc]lipped', 'scaling the whole gradient down to a norm'),
  term(
    'saturation',
    '[Ss]aturation|[Ss]aturated',
    'a unit or gate so far out on its activation that the derivative is almost 0',
  ),
];

/** The identifier of a term's tip in the page. */
export function tipId({ entry }: Term): string {
  return `tip-${entry.replaceAll(' ', '-')}`;
}

/** Cuts a text at the terms in it: each is explained where it stands first. */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  const explained = new Set<Term>();
  let end = 0;
  for (const match of text.matchAll(anyTerm)) {
    const found = terms.find((one) => new RegExp(`^(?:${one.written})$`, 'u').test(match[0])) ?? null;
    if (found === null || explained.has(found)) continue;
    explained.add(found);
    if (match.index > end) parts.push({ text: text.slice(end, match.index), term: null });
    parts.push({ text: match[0], term: found });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), term: null });
  return parts;
}

function term(entry: string, written: string, tip: string): Term {
  return { entry, written, tip };
}

/** A term as a word of its own: "R" and not the first letter of "ReLU". What is longer stands first. */
const anyTerm = new RegExp(
  `(?<![\\p{L}\\p{N}_])(?:${terms
    .flatMap((one) => one.written.split('|'))
    .sort((a, b) => b.length - a.length)
    .join('|')})(?![\\p{L}\\p{N}_])`,
  'gu',
);
