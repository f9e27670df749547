import { untrack } from 'svelte';
import { readParameters, writeParameters, type ParameterTable, type Values } from './parameters.js';
import type { Router } from './router.svelte.js';

/** How long settings may move before the address follows: browsers limit how often it may change. */
const addressDelay = 250;

/** The settings of an open page, read from the address once and written back while they change. */
export interface PageState<Table extends ParameterTable> {
  readonly values: Values<Table>;
  readonly problems: readonly string[];
}

/** Opens the settings of a page. To be called while the page's component is created. */
export function openPageState<Table extends ParameterTable>(router: Router, table: Table): PageState<Table> {
  const read = untrack(() => readParameters(table, router.query));
  const values = $state(read.values);
  let timer: ReturnType<typeof setTimeout> | null = null;
  $effect(() => {
    const query = writeParameters(table, values as Values<Table>);
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => router.writeQuery(query), addressDelay);
  });
  $effect(() => () => {
    if (timer !== null) clearTimeout(timer);
  });
  return { values: values as Values<Table>, problems: read.problems };
}
