/** Where the scrubber stands: one step, or following the newest. All functions return a new position. */
export interface ScrubberPosition {
  readonly first: number;
  readonly newest: number;
  readonly step: number;
  /** Whether the step moves with the newest one. */
  readonly following: boolean;
  readonly playing: boolean;
}

/** Seconds that playing a whole run takes at speed 1. */
const secondsPerRun = 10;

/** A scrubber that opens at the newest step, or at the step that an address names. */
export function openScrubber(step: number | null): ScrubberPosition {
  return { first: 0, newest: 0, step: step ?? 0, following: step === null, playing: false };
}

/** The run now reaches from `first` to `newest`. A step that the reader chose stays where it is. */
export function extend(position: ScrubberPosition, first: number, newest: number): ScrubberPosition {
  if (position.following) return { ...position, first, newest, step: newest };
  return { ...position, first, newest };
}

/** The reader chooses a step. */
export function moveTo(position: ScrubberPosition, step: number): ScrubberPosition {
  const within = Math.min(position.newest, Math.max(position.first, step));
  return { ...position, step: within, following: false, playing: false };
}

/** The reader wants to see the newest step, now and as it comes. */
export function follow(position: ScrubberPosition): ScrubberPosition {
  return { ...position, step: position.newest, following: true, playing: false };
}

/** Holds the step where it is. */
export function hold(position: ScrubberPosition): ScrubberPosition {
  return { ...position, following: false, playing: false };
}

/** Play or pause. Playing from the end starts over from the first step. */
export function togglePlay(position: ScrubberPosition): ScrubberPosition {
  if (position.playing) return { ...position, playing: false };
  const step = position.step >= position.newest ? position.first : position.step;
  return { ...position, step, following: false, playing: true };
}

/** One recorded step forward or back; `recorded` holds the steps that have rows, ascending. */
export function stepBy(position: ScrubberPosition, recorded: ArrayLike<number>, direction: 1 | -1): ScrubberPosition {
  let target = direction > 0 ? position.newest : position.first;
  if (recorded.length === 0) target = position.step + direction;
  for (let i = 0; i < recorded.length; i++) {
    const step = recorded[direction > 0 ? i : recorded.length - 1 - i] ?? NaN;
    if (direction > 0 ? step > position.step : step < position.step) {
      target = step;
      break;
    }
  }
  return moveTo(position, target);
}

/** Playing moves on by the time that passed; it stops at the newest step. */
export function advance(position: ScrubberPosition, seconds: number, speed: number): ScrubberPosition {
  if (!position.playing) return position;
  const span = Math.max(1, position.newest - position.first);
  const step = position.step + (span * seconds * speed) / secondsPerRun;
  if (step >= position.newest) return { ...position, step: position.newest, playing: false };
  return { ...position, step };
}
