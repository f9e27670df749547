import { onMount } from 'svelte';
import type { Application } from './application.js';
import type { Scrubber } from './scrubber.svelte.js';

/** The settings of a page that its scrubber and its keys move. */
interface ScrubbedSettings {
  step: number | null;
  loss: 'linear' | 'log';
  readonly speed: string;
}

/** Ties a page's scrubber to its settings and to the keyboard. To be called while the page's component is created. */
export function tieScrubber(
  application: Application,
  scrubber: Scrubber,
  settings: ScrubbedSettings,
  recorded: () => ArrayLike<number>,
): void {
  onMount(() => {
    application.keys = {
      play: () => scrubber.togglePlay(),
      back: () => scrubber.stepBy(recorded(), -1),
      forward: () => scrubber.stepBy(recorded(), 1),
      first: () => scrubber.moveTo(scrubber.position.first),
      newest: () => scrubber.follow(),
      toggleLog: () => (settings.loss = settings.loss === 'log' ? 'linear' : 'log'),
    };
    return () => {
      scrubber.stop();
      application.keys = {};
    };
  });
  $effect(() => {
    scrubber.speed = Number(settings.speed);
  });
  $effect(() => {
    settings.step = scrubber.position.following ? null : scrubber.step;
  });
}
