import type { RunEvent, Verdict } from '../api/types.js';

/** The verdict that an event carries, whether the server sends it as an object or as text; null for other events. */
export function verdictOf(event: RunEvent): Partial<Verdict> | null {
  const { payload } = event;
  if (payload === null || payload === undefined) return null;
  if (typeof payload !== 'string') return payload;
  try {
    const parsed: unknown = JSON.parse(payload);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Partial<Verdict>) : null;
  } catch {
    return null;
  }
}
