import { piecesOf } from '../links.ts';

/** What somebody wrote: as text, with its addresses as links. Each paragraph finds its own direction. */
export function Text({ text }: { text: string }) {
  return (
    <p class="text" dir="auto">
      {piecesOf(text).map(({ text, href, ltr }) =>
        href ? (
          <a href={href} target="_blank" rel="noopener noreferrer" dir="ltr">
            {text}
          </a>
        ) : ltr ? (
          <bdi dir="ltr">{text}</bdi>
        ) : (
          text
        ),
      )}
    </p>
  );
}
