let storeOption = '';

/** Remembers how commands name the server's store; once, before the page is drawn. */
export function learnStore(option: string): void {
  storeOption = option;
}

/** A command that a shell reads as it stands, and that finds the store of this page. */
export function command(words: string): string {
  return `backflow ${words}${storeOption}`;
}
