import { chooseTheme, type Theme, useTheme } from '../theme/theme';

const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const NAMES: Record<Theme, string> = { system: 'System', light: 'Light', dark: 'Dark' };
const ICONS: Record<Theme, string> = {
  system: 'M3 4h14v9H3zM7 16.5h6',
  light:
    'M10 6.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7zM10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6L16 16M16 4l-1.4 1.4M5.4 14.6L4 16',
  dark: 'M16.5 12.2A7 7 0 017.8 3.5a7 7 0 108.7 8.7z',
};

/** System, light, dark, and again. */
export function ThemeToggle() {
  const theme = useTheme();
  return (
    <button
      type="button"
      class="theme-toggle"
      onClick={() => chooseTheme(NEXT[theme])}
      aria-label={`Theme: ${NAMES[theme]}. Change to ${NAMES[NEXT[theme]]}.`}
    >
      <svg viewBox="0 0 20 20" class="icon" aria-hidden="true">
        <path d={ICONS[theme]} />
      </svg>
      <span class="theme-name">{NAMES[theme]}</span>
    </button>
  );
}
