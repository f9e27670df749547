import type { RunEvent, Verdict } from '../api/types.js';

/** The verdict that an event carries; null for other events. */
export function verdictOf(event: RunEvent): Partial<Verdict> | null {
  const payload = payloadOf(event);
  return payload !== null && 'verdict' in payload ? (payload as Partial<Verdict>) : null;
}

/** What an event carries, whether the server sends it as an object or as text; null where it carries nothing. */
export function payloadOf(event: RunEvent): Readonly<Record<string, unknown>> | null {
  const { payload } = event;
  if (typeof payload !== 'string') return asRecord(payload);
  try {
    return asRecord(JSON.parse(payload));
  } catch {
    return null;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
}
