/** The launcher's name, and the word before the number of messages that were not read. */
export const words: Record<string, [chat: string, unread: string]> = {
  en: ['Chat', 'unread'],
  ar: ['محادثة', 'غير مقروءة'],
  hi: ['चैट', 'अपठित'],
  fr: ['Chat', 'non lus'],
  es: ['Chat', 'sin leer'],
  ur: ['چیٹ', 'نئے'],
};
