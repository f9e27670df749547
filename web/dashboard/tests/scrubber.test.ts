import { describe, expect, it } from 'vitest';
import { advance, extend, follow, hold, moveTo, openScrubber, stepBy, togglePlay } from '../src/state/scrubber.js';

const recorded = [0, 10, 20, 30];
const open = extend(openScrubber(null), 0, 30);

describe('the scrubber', () => {
  it('opens at the newest step and follows it', () => {
    expect(open.step).toBe(30);
    expect(extend(open, 0, 45).step).toBe(45);
  });

  it('opens at the step of an address and stays there while the run grows', () => {
    const position = extend(extend(openScrubber(20), 0, 30), 0, 90);
    expect([position.step, position.following, position.newest]).toEqual([20, false, 90]);
  });

  it('keeps the step that a reader chose through a restart of the run', () => {
    const position = extend(extend(moveTo(open, 20), 0, 0), 0, 15);
    expect(position.step).toBe(20);
  });

  it('holds where it was when following ends, and jumps to the newest when it begins again', () => {
    const held = extend(hold(open), 0, 60);
    expect(held.step).toBe(30);
    expect(follow(held).step).toBe(60);
  });

  it('stays within the run', () => expect([-5, 99].map((step) => moveTo(open, step).step)).toEqual([0, 30]));

  it('steps from one recorded step to the next and stops at both ends', () => {
    expect(stepBy(open, recorded, -1).step).toBe(20);
    expect(stepBy(moveTo(open, 12), recorded, 1).step).toBe(20);
    expect(stepBy(moveTo(open, 12), recorded, -1).step).toBe(10);
    expect(stepBy(open, recorded, 1).step).toBe(30);
    expect(stepBy(moveTo(open, 0), recorded, -1).step).toBe(0);
    expect(stepBy(moveTo(open, 5), [], 1).step).toBe(6);
  });

  it('plays from the start when it stands at the end, and stops there', () => {
    let position = togglePlay(open);
    expect([position.step, position.playing]).toEqual([0, true]);
    position = advance(position, 5, 1);
    expect(position.step).toBeCloseTo(15, 12);
    position = advance(position, 5, 2);
    expect([position.step, position.playing]).toEqual([30, false]);
  });

  it('pauses where it is, and does not move while paused', () => {
    const paused = togglePlay(advance(togglePlay(open), 5, 1));
    expect(advance(paused, 100, 1).step).toBe(paused.step);
  });
});
