import { useEffect, useState } from 'react';
import { coming } from '../keys/acts.ts';

const hasFiles = ({ dataTransfer, target }: DragEvent) =>
  !!dataTransfer?.types.includes('Files') && !(target instanceof HTMLInputElement && target.type === 'file');

/** A file that falls beside everything shall not take the place of the page. Answers how to stop. */
export function guardDrops(): () => void {
  const guard = (event: DragEvent) => {
    if (!event.defaultPrevented && hasFiles(event)) event.preventDefault();
  };
  addEventListener('dragover', guard);
  addEventListener('drop', guard);
  return () => {
    removeEventListener('dragover', guard);
    removeEventListener('drop', guard);
  };
}

/** Takes the files that are dropped anywhere in the window. Answers whether some are held over it now. */
export function useDrops(take: (files: File[]) => void): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const hold = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      // They are meant for the conversation that was chosen, also while it is still to come.
      coming.get()?.();
      setOver(true);
    };
    const leave = ({ relatedTarget }: DragEvent) => relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      take([...event.dataTransfer!.files]);
    };
    addEventListener('dragover', hold);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', hold);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, [take]);
  return over;
}
