import { getContext, setContext } from 'svelte';
import type { ApiClient } from '../api/client.js';
import type { Router } from './router.svelte.js';

/** What a page may do when a key is pressed. A page sets the ones that mean something there. */
export interface KeyActions {
  play?: () => void;
  back?: () => void;
  forward?: () => void;
  first?: () => void;
  newest?: () => void;
  toggleLog?: () => void;
}

/** What every page gets from the frame around it. */
export interface Application {
  readonly api: ApiClient;
  readonly router: Router;
  keys: KeyActions;
}

const key = Symbol('application');

/** Gives the application to the components below. */
export function provideApplication(application: Application): void {
  setContext(key, application);
}

/** The application that a component belongs to. */
export function useApplication(): Application {
  return getContext<Application>(key);
}
