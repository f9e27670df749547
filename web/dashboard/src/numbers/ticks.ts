/** A power of ten as its literal is: 10 ** -5 is off by one bit in some browsers. */
export function tenTo(exponent: number): number {
  return Number(`1e${exponent}`);
}

/** Powers of ten inside a range, thinned to at most `most`; below two decades also their doubles and halves. */
export function logTicks(low: number, high: number, most = 8): number[] {
  if (!(low > 0) || !(high >= low)) return [];
  const slack = 1e-9;
  const first = Math.ceil(Math.log10(low) - slack);
  const last = Math.floor(Math.log10(high) + slack);
  if (Math.log10(high / low) < 2) return fineLogTicks(low, high, most);
  const stride = Math.max(1, Math.ceil((last - first + 1) / most));
  const start = last - Math.floor((last - first) / stride) * stride;
  const ticks: number[] = [];
  for (let exponent = start; exponent <= last; exponent += stride) ticks.push(tenTo(exponent));
  return ticks;
}

/** Round numbers inside a range, about `about` of them. */
export function linearTicks(low: number, high: number, about = 5): number[] {
  if (!Number.isFinite(low) || !Number.isFinite(high) || high <= low) return Number.isFinite(low) ? [low] : [];
  const raw = (high - low) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = raw / power;
  const step = power * (factor >= 7.07 ? 10 : factor >= 3.16 ? 5 : factor >= 1.41 ? 2 : 1);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const ticks: number[] = [];
  // Multiples of an integer, so that 0.1 + 0.2 never shows.
  for (let i = first; i <= last; i++) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

function fineLogTicks(low: number, high: number, most: number): number[] {
  const slack = 1 + 1e-9;
  for (const factors of [[1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]]) {
    const ticks: number[] = [];
    for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent++) {
      for (const factor of factors) {
        const tick = Number((factor * tenTo(exponent)).toPrecision(3));
        if (tick * slack >= low && tick <= high * slack) ticks.push(tick);
      }
    }
    if (ticks.length <= most && ticks.length >= 2) return ticks;
  }
  return linearTicks(low, high, most);
}
