import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { English, Said } from '../ui/english.tsx';
import type { Finding } from './channel.ts';
import css from './channels.module.css';
import { useFindingHead } from './words.ts';

const icons = { well: IconCircleCheck, notice: IconAlertTriangle, wrong: IconCircleX } as const;

/** What a test found: what it is, what the provider said, what to do. */
export function FindingLine({ finding }: { finding: Finding }) {
  const head = useFindingHead()(finding);
  const { kind, text, said, cure } = finding;
  const Icon = icons[kind];
  return (
    <div className={css.finding} data-kind={kind}>
      <Icon size={18} aria-hidden="true" />
      <div>
        {head && <p className={css.findingHead}>{head}</p>}
        <p>
          <English>{text}</English>
        </p>
        {said && (
          <p>
            <Said text={said} />
          </p>
        )}
        {cure && (
          <p>
            <English>{cure}</English>
          </p>
        )}
      </div>
    </div>
  );
}
