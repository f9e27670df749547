import { getContext, setContext } from 'svelte';
import type { ApiClient } from '../api/client.js';
import type { EngineModule } from '../engine/engineModule.js';
import type { Site } from '../site/site.js';
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
  /** The engine in the page, for what a server would have to compute for minutes. */
  readonly engine: EngineModule;
  /** The site without a server that this is; null where a server answers. */
  readonly site: Site | null;
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
