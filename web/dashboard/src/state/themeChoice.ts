/** Light, dark, or what the system says. */
export type ThemeChoice = 'system' | 'light' | 'dark';

export const themeChoices: readonly (readonly [ThemeChoice, string])[] = [
  ['system', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** Under which name the browser keeps it. */
const key = 'backflow-theme';

/** What the reader chose before, in this browser. */
export function chosenTheme(): ThemeChoice {
  try {
    const kept = localStorage.getItem(key);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    // A browser may keep nothing for a page.
    return 'system';
  }
}

/** Shows the page in a theme. */
export function showTheme(choice: ThemeChoice): void {
  if (choice === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = choice;
}

/** Shows the page in a theme, and remembers it. */
export function chooseTheme(choice: ThemeChoice): void {
  showTheme(choice);
  try {
    if (choice === 'system') localStorage.removeItem(key);
    else localStorage.setItem(key, choice);
  } catch {
    // It holds until the page is left.
  }
}
