const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A power of ten as mathematics writes it: 10⁻⁶. */
export function powerOfTen(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)] ?? '').join('');
  return `10${exponent < 0 ? '⁻' : ''}${digits}`;
}

/**
 * A number for people: three significant digits, thousands marked from 1,000 on, an exponent only below 0.001 and from
 * 100,000 on; NaN and infinities by name, a dash for nothing. NumberText.Of in C# does the same.
 */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const rounded = Number(value.toPrecision(3));
  const magnitude = Math.abs(rounded);
  if (magnitude === 0) return '0';
  if (magnitude >= 1e5 || magnitude < 1e-3) return rounded.toExponential().replace('e+', 'e');
  if (magnitude >= 1000) return formatGrouped(Math.round(value));
  return rounded.toString();
}

/** A number as `formatNumber` writes it, with a power of ten in place of an exponent: 1.2·10⁻⁷. */
export function formatPlain(value: number | null | undefined): string {
  const [digits = '', exponent] = formatNumber(value).split('e');
  return exponent === undefined ? digits : `${digits}·${powerOfTen(Number(exponent))}`;
}

/** A whole number as an exponent: ⁸. */
export function raised(exponent: number): string {
  return powerOfTen(exponent).slice(2);
}

/**
 * A finite number with at most three decimals and its thousands marked. Not by Intl, whose tables take a browser long
 * to open.
 */
export function formatGrouped(value: number): string {
  const [whole = '', decimals] = String(Number(value.toFixed(3))).split('.');
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (decimals === undefined ? '' : `.${decimals}`);
}

/** A count with thousands marked. */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? formatGrouped(Math.round(value)) : formatNumber(value);
}

/** A count with its noun: "1 timestep", "17 timesteps". */
export function formatCountOf(value: number, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** The text of ticks: powers of ten where all of them are, plain numbers elsewhere. */
export function formatTicks(ticks: readonly number[], log: boolean): string[] {
  const powers = log && ticks.every((tick) => Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-6);
  return ticks.map((tick) => (powers ? powerOfTen(Math.round(Math.log10(tick))) : formatNumber(tick)));
}

// In percent: from here to an end one decimal would round to the end.
const nearAnEnd = 0.1;
const mostBelowWhole = 99.99;

/**
 * A share of one in percent with one decimal where it has one, more exact near its ends: "12.5 %", "99.97 %"; "0 %" and
 * "100 %" for 0 and 1 alone. NumberText.Share in C# does the same.
 */
export function formatShare(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  const percent = value * 100;
  if (Math.abs(percent) < nearAnEnd) return `${formatNumber(percent)} %`;
  const fromWhole = Math.abs(100 - percent);
  if (fromWhole === 0 || fromWhole >= nearAnEnd) return `${String(Number(percent.toFixed(1)))} %`;
  return `${String(Number((percent < 100 ? Math.min(percent, mostBelowWhole) : percent).toFixed(2)))} %`;
}

/** An instant as a short local date and time. */
export function formatDate(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const pad = (part: number): string => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}`;
}
