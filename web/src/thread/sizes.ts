import type { Virtualizer } from '@tanstack/react-virtual';
import type { Item } from './items.ts';

type Thread = Virtualizer<HTMLDivElement, HTMLDivElement>;

/** Heights of lines that were on the screen, px: a conversation that is opened again stands at once where it stays. */
const known = new Map<string, number>();
const mostKnown = 5000;
/** The box in which they had them; the next thread begins with it, and need not wait to be told. */
let box = { width: 0, height: 0 };

/** Whether heights were told since this was last asked. */
let told = false;
export function wereTold(): boolean {
  const were = told;
  told = false;
  return were;
}

/** Keeps the size of the box. In a box of another width lines have other heights. */
export function keepBox(width: number, height: number): void {
  if (width !== box.width) known.clear();
  box = { width, height };
}

export const keptBox = () => box;

/** Tells the size of the box, and each other one that it takes, once the browser knows it. Asking has the page laid out. */
export function observeBox(
  { scrollElement }: Thread,
  tell: (rect: { width: number; height: number }) => void,
): () => void {
  const watch = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect;
    tell({ width: Math.round(width), height: Math.round(height) });
  });
  if (scrollElement) watch.observe(scrollElement);
  return () => watch.disconnect();
}

/** Of a bubble without its text, of a line of text, and of how wide a letter is on average, px. */
const [frame, line, letter] = [39, 22, 7.4];
const widest = 600;

/** How high a line of the thread is, or will be as far as one can tell. Less rather than more: what lacks is drawn. */
export function sizeOf(item: Item | undefined): number {
  if (!item) return 40;
  const measured = known.get(item.key);
  if (measured !== undefined) return measured;
  if (item.kind !== 'message') return 40;
  const { content } = item.message;
  const text = content.text ?? content.template?.body ?? '';
  const letters = Math.max(20, Math.min(widest, box.width * 0.7) / letter);
  const lines = text
    .split('\n')
    .reduce((sum, each) => sum + Math.max(1, Math.ceil(each.length / letters)), 0);
  return frame + line * lines + (item.leads ? 8 : 0) + (content.media ? 120 : 0);
}

/**
 * The heights as the browser tells them once it has laid them out, all of a frame at once. Asking for each while they
 * are put in would have it lay out the page once for each.
 */
export function measure(
  element: HTMLDivElement,
  entry: ResizeObserverEntry | undefined,
  { options, indexFromElement, measurementsCache, itemSizeCache }: Thread,
): number {
  const index = indexFromElement(element);
  const key = String(options.getItemKey(index));
  const height = entry?.borderBoxSize[0]?.blockSize;
  if (height === undefined)
    return itemSizeCache.get(key) ?? measurementsCache[index]?.size ?? options.estimateSize(index);
  told = true;
  const size = Math.round(height);
  if (known.size >= mostKnown) known.delete(known.keys().next().value!);
  known.set(key, size);
  return size;
}
