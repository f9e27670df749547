// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseTheme, chosenTheme, showTheme } from '../src/state/themeChoice.js';

const shown = (): string | undefined => document.documentElement.dataset['theme'];

describe('the theme', () => {
  beforeEach(() => localStorage.clear());

  it('is the system’s until one is chosen, which the browser remembers', () => {
    expect(chosenTheme()).toBe('system');
    chooseTheme('dark');
    expect([chosenTheme(), shown()]).toEqual(['dark', 'dark']);
    chooseTheme('system');
    expect([chosenTheme(), shown()]).toEqual(['system', undefined]);
  });

  it('is shown as kept when the page opens; what another program kept there is ignored', () => {
    localStorage.setItem('backflow-theme', 'purple');
    expect(chosenTheme()).toBe('system');
    showTheme('light');
    expect(shown()).toBe('light');
  });

  it('holds where the browser keeps nothing', () => {
    const refused = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('refused', 'SecurityError');
    });
    chooseTheme('dark');
    expect(shown()).toBe('dark');
    refused.mockRestore();
  });
});
