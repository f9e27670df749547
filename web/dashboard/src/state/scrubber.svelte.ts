import {
  advance,
  extend,
  follow,
  hold,
  moveTo,
  openScrubber,
  stepBy,
  togglePlay,
  type ScrubberPosition,
} from './scrubber.js';

/** The one scrubber of a page: every panel reads `step` and nothing else decides what it shows. */
export class Scrubber {
  position = $state.raw<ScrubberPosition>(openScrubber(null));
  speed = 1;
  readonly step: number = $derived(Math.round(this.position.step));

  private frame = 0;
  private before = 0;

  constructor(step: number | null) {
    this.position = openScrubber(step);
  }

  extend(first: number, newest: number): void {
    const { position } = this;
    if (position.first !== first || position.newest !== newest) this.position = extend(position, first, newest);
  }

  moveTo(step: number): void {
    if (Number.isFinite(step)) this.position = moveTo(this.position, step);
  }

  follow(): void {
    this.position = follow(this.position);
  }

  hold(): void {
    this.position = hold(this.position);
  }

  stepBy(recorded: ArrayLike<number>, direction: 1 | -1): void {
    this.position = stepBy(this.position, recorded, direction);
  }

  togglePlay(): void {
    this.position = togglePlay(this.position);
    cancelAnimationFrame(this.frame);
    if (!this.position.playing) return;
    this.before = performance.now();
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
  }

  private tick(now: number): void {
    this.position = advance(this.position, Math.max(0, now - this.before) / 1000, this.speed);
    this.before = now;
    if (this.position.playing) this.frame = requestAnimationFrame((next) => this.tick(next));
  }
}
