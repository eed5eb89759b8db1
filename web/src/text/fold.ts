/** Digits of Arabic, Persian and Devanagari, for a class of a pattern. */
export const ownDigits = '٠-٩۰-۹०-९';
const digits = new RegExp(`[${ownDigits}]`, 'g');
const zeros = [0x966, 0x6f0, 0x660];
const digitOf = (c: string) => {
  const code = c.charCodeAt(0);
  return String(code - (zeros.find((zero) => code >= zero) ?? code));
};

/** Any digits as ASCII ones. */
export const asciiDigits = (text: string) => text.replace(digits, digitOf);

/** As the search compares: without case, diacritics, tatweel, and the letters that people write for each other. */
export function folded(text: string): string {
  return asciiDigits(text)
    .normalize('NFKD')
    .replace(/[\u064b-\u065f\u0670]|\u0640|[\u0300-\u036f]/g, '')
    .replace(/[أإآٱ]/g, 'ا')
    .replace(/ى/g, 'ي')
    .replace(/ة/g, 'ه')
    .replace(/[ؤئ]/g, 'ء')
    .toLowerCase();
}
