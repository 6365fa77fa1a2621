import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

declare global {
  /** Read by the library that locks scrolling behind a dialog. */
  var __webpack_nonce__: string | undefined;
}

/** The server writes a new one into every page; only styles that carry it are taken by the browser. */
export const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
globalThis.__webpack_nonce__ = styleNonce;

const moss: MantineColorsTuple = [
  '#eaf7f2',
  '#d6ece4',
  '#abd9c9',
  '#7cc4ac',
  '#54b293',
  '#3ca784',
  '#2b9a77',
  '#1b8062',
  '#12715b',
  '#085a47',
];

export const theme = createTheme({
  colors: { moss },
  primaryColor: 'moss',
  primaryShade: { light: 8, dark: 7 },
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontFamily: '"Inter Variable", system-ui, sans-serif', fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { events: { hover: true, focus: true, touch: true } } },
  },
});

export const resolveCssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#faf9f6',
    '--mantine-color-dimmed': '#5c6660',
    '--mantine-color-error': '#c22525',
    '--footfall-surface': '#ffffff',
    '--footfall-line': '#e6e4dd',
    '--footfall-people': '#12715b',
    '--footfall-machines': '#a9b0ab',
  },
  dark: {
    '--mantine-color-body': '#141715',
    '--mantine-color-dimmed': '#9aa69f',
    '--footfall-surface': '#1c201e',
    '--footfall-line': '#2d332f',
    '--footfall-people': '#54b293',
    '--footfall-machines': '#69726d',
  },
});
