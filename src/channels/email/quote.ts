/**
 * Lines above what a mail program repeats: `On Tue, … wrote:`, in the languages that people write to us in.
 * Every pattern looks at one line of bounded length, so that no mail can keep us busy.
 */
const introductions = [
  /^(on|am|le|el|il|op|em|den|på|dnia|w dniu|dne|pe data|vào)\b.{4,}\b(wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|napisał|napisał\(a\)|kirjoitti|napsal|a scris|đã viết)\s?:$/i,
  /^.{4,}<[^\s<>]+@[^\s<>]+>\s?(wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|napisał|kirjoitti)?\s?:$/i,
  /^(في|بتاريخ).{4,}كتب.{0,120}:$/,
  /^.{4,}(写道|寫道|のメッセージ|님이 작성)\s?[:：]$/,
  /^.{4,}को.{1,120}ने लिखा\s?:$/,
];
const rulers =
  /^(-{2,} ?(original message|ursprüngliche nachricht|original-nachricht|message d'origine|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|forwarded message|weitergeleitete nachricht|الرسالة الأصلية) ?-{2,}|begin forwarded message:)$/i;
const from = /^\*?(from|von|de|da|van|från|od|expéditeur|من|发件人|寄件者)\*? ?[:：]/i;
const headers = [
  /^\*?(sent|date|gesendet|datum|envoyé|enviado|inviato|data|verzonden|skickat|wysłano|fecha|تاريخ|تم الإرسال|发送时间|日期)\*? ?[:：]/i,
  /^\*?(to|an|à|para|a|aan|till|do|إلى|收件人)\*? ?[:：]/i,
  /^\*?(subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|temat|الموضوع|主题|主旨)\*? ?[:：]/i,
];

/** Longer lines introduce nothing; characters. */
const longestLine = 400;
/** A signature has no more lines. */
const longestSignature = 12;

/**
 * What is new in a mail, and the earlier mails that it repeats, above or below. A mail that answers in
 * between of what it repeats is left whole: nobody would understand the answers alone.
 */
export function withoutQuote(given: string): { text: string; quoted?: string } {
  const whole = given.replace(/\r\n?/g, '\n').trim();
  const lines = whole.split('\n');
  const start = startOfQuote(lines);
  const above = lines.slice(0, start?.first ?? lines.length);
  const below = start === undefined ? [] : lines.slice(start.first, start.end);
  const after = start === undefined ? [] : lines.slice(start.end);
  const isBetween = after.some(isQuoted);
  const cut = isBetween ? { text: lines, signature: [] } : withoutSignature([...above, ...after]);
  const text = cut.text.join('\n').trim();
  const quoted = isBetween ? '' : [...cut.signature, ...below].join('\n').trim();
  return text === '' || quoted === '' ? { text: whole } : { text, quoted };
}

/** Where what is repeated begins, its introduction included, and where it ends. */
function startOfQuote(lines: string[]): { first: number; end: number } | undefined {
  for (const [i, line] of lines.entries()) {
    if (rulers.test(bounded(line)) || isHeader(lines, i)) return { first: i, end: lines.length };
    const spread = introductionAt(lines, i);
    if (spread > 0) return { first: i, end: endOfQuote(lines, i + spread) };
    if (isQuoted(line)) return { first: i, end: endOfQuote(lines, i) };
  }
  return undefined;
}

/** Lines that introduce a quote, which a program may have broken into up to three; 0: none. */
function introductionAt(lines: string[], i: number): number {
  for (let spread = 1; spread <= 3 && i + spread <= lines.length; spread++) {
    const line = bounded(lines.slice(i, i + spread).join(' '));
    if (introductions.some((one) => one.test(line))) return spread;
    if (lines[i + spread - 1]!.trim() === '') return 0;
  }
  return 0;
}

/** `From:`, and two of the other lines that a mail has, below it. */
function isHeader(lines: string[], i: number): boolean {
  if (!from.test(bounded(lines[i]!))) return false;
  const next = lines.slice(i + 1, i + 7).map(bounded);
  return headers.filter((header) => next.some((line) => header.test(line))).length >= 2;
}

/** The end of lines with `>`; without any of them all that follows is repeated. */
function endOfQuote(lines: string[], begin: number): number {
  let end = begin;
  while (end < lines.length && (isQuoted(lines[end]!) || lines[end]!.trim() === '')) end++;
  return lines.slice(begin, end).some(isQuoted) ? end : lines.length;
}

function isQuoted(line: string): boolean {
  return /^\s?>/.test(line);
}

/** What stands below `-- `, when it is short enough to be a signature. */
function withoutSignature(lines: string[]): { text: string[]; signature: string[] } {
  const at = lines.findLastIndex((line) => /^-- ?$/.test(line));
  const isShort = at > 0 && lines.length - at <= longestSignature;
  return isShort ? { text: lines.slice(0, at), signature: lines.slice(at) } : { text: lines, signature: [] };
}

function bounded(line: string): string {
  return line.length > longestLine ? '' : line.trim().replace(/\u200e|\u200f|\u202a|\u202b|\u202c/g, '');
}
