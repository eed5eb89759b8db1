import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** One calm green, from a breath of it to nearly black. */
const parley: MantineColorsTuple = [
  '#e9f6f2',
  '#d3ebe4',
  '#a8d9cb',
  '#79c5b0',
  '#4fb197',
  '#2f9d82',
  '#17876c',
  '#0b6e58',
  '#0a5f4d',
  '#084c3e',
];

export const theme = createTheme({
  primaryColor: 'parley',
  colors: { parley },
  autoContrast: true,
  primaryShade: { light: 7, dark: 8 },
  fontFamily: 'var(--font)',
  headings: { fontFamily: 'var(--font)', fontWeight: '600' },
  defaultRadius: 8,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // The first item takes the focus instead of an element that is no item.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // By name, since they are loaded later. The page never scrolls; locking it would need a style that our policy refuses.
    Modal: { defaultProps: { lockScroll: false } },
    Drawer: { defaultProps: { lockScroll: false } },
  },
});
