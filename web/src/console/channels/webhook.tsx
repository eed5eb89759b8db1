import { Trans, useLingui } from '@lingui/react/macro';
import { English } from '../ui/english.tsx';
import { Copy } from '../ui/once.tsx';
import ui from '../ui/page.module.css';
import type { ChannelSetup, ChannelType, Finding } from './channel.ts';
import css from './channels.module.css';
import { FindingLine } from './findings.tsx';

/** Where the provider is to call, to be copied, and where to enter it there; of a web site the line for its pages. */
export function WebhookPanel({
  channel,
  type,
  findings,
}: {
  channel: ChannelSetup;
  type: ChannelType;
  findings: Finding[];
}) {
  const { t } = useLingui();
  const { webhookUrl, snippet } = channel;
  const { webhook, settings } = type;
  if (!webhook && !snippet) return null;
  const belonging = (webhook?.with ?? []).map((name) => settings.properties[name]?.title ?? name);
  return (
    <section className={ui.panel} aria-label={t`Webhook address`}>
      {snippet && (
        <>
          <h2>
            <Trans>Line for your pages</Trans>
          </h2>
          <p>
            <Trans>Paste it into each page that shall show the chat, before the end of its body.</Trans>
          </p>
          <Address value={snippet} label={t`Copy the line for your pages`} />
        </>
      )}
      {webhook && webhookUrl && (
        <>
          <h2>
            <Trans>Webhook address</Trans>
          </h2>
          <p>
            <English>{webhook.hint}</English>
          </p>
          {webhook.how === 'entered' && (
            <>
              <Address value={webhookUrl} label={t`Copy the webhook address`} />
              <p className={css.confidential}>
                <Trans>
                  Whoever knows it can try to write in the name of others: give it to the provider alone.
                </Trans>{' '}
                {belonging.length > 0 && (
                  <>
                    <Trans>It goes there together with:</Trans> <English>{belonging.join(', ')}</English>.
                  </>
                )}
              </p>
            </>
          )}
          {findings.map((one) => (
            <FindingLine key={one.text} finding={one} />
          ))}
        </>
      )}
    </section>
  );
}

const Address = ({ value, label }: { value: string; label: string }) => (
  <div className={css.address}>
    <code dir="ltr">{value}</code>
    <Copy value={value} label={label} />
  </div>
);
