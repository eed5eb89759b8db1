/** Languages that the widget speaks. */
export const spoken = ['en', 'ar', 'hi', 'fr', 'es', 'ur'];

/** Written from right to left. */
const rightToLeft = /^(ar|ur)\b/;

export const directionOf = (lang: string): 'rtl' | 'ltr' => (rightToLeft.test(lang) ? 'rtl' : 'ltr');

/** The first wish that both the site and the widget speak; else the site's first language, else English. */
export function chooseLanguage(wishes: readonly (string | undefined)[], offered: readonly string[]): string {
  const known = offered.map(short).filter((lang) => spoken.includes(lang));
  for (const wish of wishes) {
    const lang = wish && short(wish);
    if (lang && known.includes(lang)) return lang;
  }
  return known[0] ?? 'en';
}

const short = (tag: string) => tag.slice(0, 2).toLowerCase();
