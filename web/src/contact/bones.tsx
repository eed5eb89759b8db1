import { useLingui } from '@lingui/react/macro';
import ui from '../ui/ui.module.css';
import css from './contact.module.css';

/** Where the data of the customer are about to be, in their shape; `stay`: it takes over from one that stood there already. */
export function ContactBones({ stay = false }: { stay?: boolean }) {
  const { t } = useLingui();
  return (
    <div
      className={`${css.pane} ${ui.bones}`}
      role="status"
      aria-label={t`Loading`}
      data-stay={stay || undefined}
    >
      <div className={css.top}>
        <div className={ui.bone} data-shape="face" />
        <div className={ui.bone} data-shape="name" />
        <div className={ui.bone} data-shape="word" />
      </div>
      {[1, 5, 2].map((fields, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change
        <div key={i} className={css.part}>
          <div className={css.boneTitle}>
            <div className={ui.bone} data-shape="word" />
          </div>
          {Array.from({ length: fields }, (_, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
            <div key={n} className={`${css.fixed} ${css.boneField}`} data-tags={i === 0 || undefined}>
              <div className={ui.bone} data-shape="word" />
              <div className={ui.bone} data-shape="value" />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
