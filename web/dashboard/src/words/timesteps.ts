/** The place of the initial state on an axis of timesteps, which count from 0: one before the first. */
export const initialState = -1;

/** A timestep for people and for files: its number, and for the initial state, which has none, its name. */
export function timestepName(timestep: number): string {
  return timestep === initialState ? 'initial' : String(timestep);
}

/** What the speed of training counts, as the terminal says it. */
export function speedLabel(unit: 'timestep' | 'character'): string {
  return unit === 'character' ? 'Characters per second' : 'Timesteps per second';
}
