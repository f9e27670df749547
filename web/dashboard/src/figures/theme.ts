/** The colours of a chart's ink, read from the page's custom properties. */
export interface Theme {
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly surface: string;
  colour(property: string): string;
}

/** Reads the theme that is in force for an element. */
export function themeOf(element: Element): Theme {
  const style = getComputedStyle(element);
  const colour = (property: string): string => style.getPropertyValue(property).trim() || '#888888';
  return {
    text: colour('--text'),
    muted: colour('--muted'),
    grid: colour('--grid'),
    surface: colour('--surface'),
    colour,
  };
}

/** Calls back when the system changes between light and dark; returns how to stop. */
export function onThemeChange(changed: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', changed);
  return () => dark.removeEventListener('change', changed);
}
