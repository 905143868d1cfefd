import { signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';
const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const KEY = 'ao:theme';

/** The chosen theme; `auto` follows the system. */
export function createTheme() {
  const stored = localStorage.getItem(KEY);
  const theme = signal<Theme>(stored === 'light' || stored === 'dark' ? stored : 'auto');
  const show = (): void => {
    if (theme.value === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
  };
  show();
  return {
    theme,
    next() {
      theme.value = NEXT[theme.value];
      localStorage.setItem(KEY, theme.value);
      show();
    },
  };
}
export type ThemeChoice = ReturnType<typeof createTheme>;
