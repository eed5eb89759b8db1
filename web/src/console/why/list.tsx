import { Trans, useLingui } from '@lingui/react/macro';
import { IconZoomQuestion } from '@tabler/icons-react';
import { typeWords } from '../../list/words.ts';
import { useNames } from '../../store/me.ts';
import { useListAsk } from '../list/ask.ts';
import { ListPage } from '../list/list-page.tsx';
import { usePages, useStill } from '../list/rows.ts';
import { Mark } from '../ui/mark.tsx';
import ui from '../ui/page.module.css';
import { Instant } from '../ui/when.tsx';
import { lineOf, type Message, messageAt } from './message.ts';
import css from './why.module.css';
import { useStatusWords } from './words.ts';

/** How often the newest are read again, ms. */
const lookEveryMs = 5000;

/** Messages of all conversations, newest first; one is found by anything that somebody may have of it. */
export function MessageList() {
  const { t } = useLingui();
  const ask = useListAsk();
  const text = useStill(ask.text.trim(), 300);
  const rows = usePages<Message>('/messages', { q: text || undefined }, { everyMs: lookEveryMs });
  const names = useNames();
  return (
    <ListPage<Message>
      title={t`Why?`}
      sentence={t`What became of a message, and why. Find it by its id or number, the provider’s id, or by the number, address or name of the customer.`}
      rows={rows}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => messageAt(id)}
      searches
      columns={[
        { id: 'message', title: t`Message`, cell: (message) => <Line message={message} /> },
        {
          id: 'customer',
          title: t`Customer`,
          cell: ({ contactName, channelId }) => (
            <span className={ui.two}>
              <bdi>{contactName}</bdi>
              <small>
                <bdi>{names.channel(channelId)?.name || channelId}</bdi>
              </small>
            </span>
          ),
          minor: true,
        },
        { id: 'status', title: t`State`, cell: ({ status }) => <StatusMark status={status} /> },
        {
          id: 'at',
          title: t`When`,
          cell: ({ timestamp }) => <Instant at={timestamp} />,
          minor: true,
          end: true,
        },
      ]}
      empty={{
        icon: <IconZoomQuestion size={24} />,
        title: t`No messages yet`,
        text: t`As soon as a customer writes, or something is sent, it stands here.`,
      }}
    />
  );
}

/** How it stands, in a word. */
export function StatusMark({ status }: { status: string }) {
  const { word, icon, tone } = useStatusWords()(status);
  return (
    <Mark icon={icon} tone={tone}>
      {word}
    </Mark>
  );
}

function Line({ message }: { message: Message }) {
  const { t, i18n } = useLingui();
  const { direction, contactName, content, no } = message;
  const type = typeWords[content.type];
  return (
    <span className={ui.two}>
      <span className={css.line} dir="auto">
        {lineOf(message) || (type ? i18n._(type) : t`Not shown`)}
      </span>
      <small>
        {direction === 'I' ? (
          <Trans>
            from <bdi>{contactName}</bdi>
          </Trans>
        ) : (
          <Trans>
            to <bdi>{contactName}</bdi>
          </Trans>
        )}{' '}
        · <bdi dir="ltr">#{no}</bdi>
      </small>
    </span>
  );
}
