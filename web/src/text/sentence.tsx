/** What Unicode has around a part of a text that runs in a direction of its own. */
const [first, last] = ['\u2068', '\u2069'];
const signs = /[\u2066-\u2069]/g;

/** A name on its way into a sentence: written from the other side, it must not turn the sentence around. */
export const apart = (name: string): string => first + name.replace(signs, '') + last;

/** A sentence as it is read out, where nobody sees in which direction a name runs. */
export const aloud = (text: string): string => text.replace(signs, '');

/** A sentence of ours, with each name that was set apart in an element of its own. */
export const Sentence = ({ text }: { text: string }) =>
  text.split(signs).map((part, i) =>
    i % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence keep their order
      <bdi key={i}>{part}</bdi>
    ) : (
      part
    ),
  );
