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
  // A custom property is read as it is written, light and dark; a colour is read as the one that holds.
  const probe = document.createElement('span');
  probe.hidden = true;
  const found = new Map<string, string>();
  const colour = (property: string): string => {
    const known = found.get(property);
    if (known !== undefined) return known;
    probe.style.color = `var(${property}, #888888)`;
    element.append(probe);
    const read = getComputedStyle(probe).color;
    probe.remove();
    found.set(property, read);
    return read;
  };
  return {
    text: colour('--text'),
    muted: colour('--muted'),
    grid: colour('--grid'),
    surface: colour('--surface'),
    colour,
  };
}

/** Calls back when the system or the reader changes between light and dark; returns how to stop. */
export function onThemeChange(changed: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', changed);
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    dark.removeEventListener('change', changed);
    observer.disconnect();
  };
}
