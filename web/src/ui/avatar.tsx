import { useState } from 'react';
import { fileAt } from '../api/http.ts';
import css from './ui.module.css';

/** Scripts whose letters join: two first letters side by side would be read as a word. */
const joining = /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}]/u;

/** What stands for a person without a picture. */
export function initialsOf(name: string): string {
  const words = name
    .replace(/^[+\d\s()-]+$/, '')
    .trim()
    .split(/\s+/)
    .filter(Boolean);
  const first = [...(words[0] ?? '')][0];
  if (first === undefined) return '#';
  const last = words.length > 1 ? [...(words.at(-1) ?? '')][0] : undefined;
  return joining.test(first) || last === undefined
    ? first.toLocaleUpperCase()
    : (first + last).toLocaleUpperCase();
}

/** The same person has the same colour on every screen. */
export function hueOf(id: string): number {
  let sum = 0;
  for (let i = 0; i < id.length; i += 1) sum = (sum * 31 + id.charCodeAt(i)) >>> 0;
  return sum % 8;
}

interface AvatarProps {
  id: string;
  name: string;
  imageUrl?: string | undefined;
  size?: number;
}

/** A face, or the first letters of a name. Decoration: the name stands beside it. */
export function Avatar({ id, name, imageUrl, size = 36 }: AvatarProps) {
  const [broken, setBroken] = useState(false);
  const at = fileAt(imageUrl);
  return (
    <span
      className={css.avatar}
      data-hue={hueOf(id)}
      style={{ inlineSize: size, blockSize: size, fontSize: size * 0.38 }}
      aria-hidden="true"
    >
      {at && !broken ? (
        <img src={at} alt="" loading="lazy" onError={() => setBroken(true)} />
      ) : (
        initialsOf(name)
      )}
    </span>
  );
}
