import { isInSite } from '../site/site.js';
import type { Application } from './application.js';

/** Every key that means something, as the list behind `?` shows it. */
export const shortcuts: readonly (readonly [keys: string, meaning: string])[] = [
  ['?', 'this list'],
  ['space', 'play or pause'],
  ['← →', 'one recorded step back, forward'],
  ['Home', 'first step'],
  ['End', 'newest step, and follow it'],
  ['l', 'logarithmic or linear loss'],
  ['f', 'full screen of the panel under the pointer or the focus'],
  ['Esc', 'leave full screen, close this list'],
  ['g then r', 'runs'],
  ['g then h', 'home'],
  ['g then l', 'learn'],
  ['g then e', 'explorer'],
  ['g then c', 'compare'],
  ['g then d', 'dependency'],
];

const destinations: Readonly<Record<string, string>> = {
  r: '/runs',
  h: '/',
  l: '/learn',
  e: '/explorer',
  c: '/compare',
  d: '/dependency',
};

/** How long after `g` the second key counts, in milliseconds. */
const prefixLife = 1500;

/** What was pressed before: `g`, and when. */
export interface KeyMemory {
  prefix: number | null;
}

/** Does what a key means; keys that a field or a button needs for itself stay theirs. */
export function handleKey(
  event: KeyboardEvent,
  application: Application,
  memory: KeyMemory,
  toggleHelp: () => void,
): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector('dialog[open]') !== null) return;
  if (memory.prefix !== null && event.timeStamp - memory.prefix < prefixLife && event.key in destinations) {
    memory.prefix = null;
    event.preventDefault();
    const address = destinations[event.key] ?? '/';
    if (application.site === null || isInSite(address)) application.router.go(address);
    return;
  }
  memory.prefix = event.key === 'g' ? event.timeStamp : null;
  const action = actionOf(event, application, toggleHelp);
  if (action === undefined) return;
  event.preventDefault();
  action();
}

function actionOf(event: KeyboardEvent, { keys }: Application, toggleHelp: () => void): (() => void) | undefined {
  // A slider moves by arrows and Home by itself, a button is pressed by the space bar.
  const onSlider = event.target instanceof HTMLInputElement && event.target.type === 'range';
  const onButton =
    event.target instanceof Element &&
    event.target.closest('button, a, summary, select, input[type="checkbox"]') !== null;
  switch (event.key) {
    case '?':
      return toggleHelp;
    case ' ':
      return onButton ? undefined : keys.play;
    case 'ArrowLeft':
      return onSlider && !isScrubber(event.target) ? undefined : keys.back;
    case 'ArrowRight':
      return onSlider && !isScrubber(event.target) ? undefined : keys.forward;
    case 'Home':
      return onSlider && !isScrubber(event.target) ? undefined : keys.first;
    case 'End':
      return onSlider && !isScrubber(event.target) ? undefined : keys.newest;
    case 'l':
      return keys.toggleLog;
    case 'f':
      return fullScreenAction();
    default:
      return undefined;
  }
}

/** The scrubber's arrows go from one recorded step to the next, as they do everywhere else on the page. */
function isScrubber(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.getAttribute('aria-label') === 'Step';
}

function fullScreenAction(): (() => void) | undefined {
  const panel =
    document.querySelector('[data-panel].full') ??
    document.activeElement?.closest('[data-panel]') ??
    document.querySelector('[data-panel]:hover') ??
    document.querySelector('[data-panel]');
  const button = panel?.querySelector<HTMLButtonElement>('[data-full-screen]');
  return button === null || button === undefined ? undefined : () => button.click();
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !['range', 'checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable);
}
