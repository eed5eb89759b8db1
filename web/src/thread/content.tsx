import { Trans, useLingui } from '@lingui/react/macro';
import { IconExternalLink, IconMapPin, IconPhone, IconUser } from '@tabler/icons-react';
import { Suspense } from 'react';
import type { Button, ContactCard, Content as ContentOf } from '../api/message-types.ts';
import { typeWords } from '../list/words.ts';
import { patient } from '../ui/later.tsx';
import css from './content.module.css';
import { File } from './file.tsx';
import { Text } from './text.tsx';

const Mail = patient(() => import('./mail.tsx'));

/** What a message says, whichever kind it is. */
export function Content({ content, masked }: { content: ContentOf; masked?: boolean }) {
  const { i18n } = useLingui();
  const word = typeWords[content.type];
  if (masked)
    return (
      <p className={css.gone}>
        <Trans>This message is hidden.</Trans>
      </p>
    );
  return (
    <>
      {content.heading && (
        <p className={css.heading} dir="auto">
          {content.heading}
        </p>
      )}
      {content.subject && (
        <p className={css.heading} dir="auto">
          {content.subject}
        </p>
      )}
      {content.template && <TemplateShown template={content.template} />}
      {content.media && <File media={content.media} type={content.type} />}
      {content.location && <Place location={content.location} />}
      {content.cards?.map((card, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cards of one message keep their order
        <Card key={i} card={card} />
      ))}
      {content.reaction && <p className={css.reaction}>{content.reaction.emoji || '—'}</p>}
      {content.html ? (
        <Suspense fallback={<p className={css.text}>{content.text}</p>}>
          <Mail html={content.html} text={content.text} />
        </Suspense>
      ) : (
        content.text && <Text text={content.text} />
      )}
      {!content.text && content.press && <Text text={content.press.label} />}
      {content.footer && (
        <p className={css.footer} dir="auto">
          {content.footer}
        </p>
      )}
      {content.buttons && content.buttons.length > 0 && <Buttons buttons={content.buttons} />}
      {word &&
        !content.text &&
        !content.media &&
        !content.location &&
        !content.cards &&
        !content.template &&
        !content.reaction &&
        !content.press && <p className={css.gone}>{i18n._(word)}</p>}
    </>
  );
}

function Place({ location }: { location: NonNullable<ContentOf['location']> }) {
  const { t } = useLingui();
  const { latitude, longitude, name, address } = location;
  const at = `https://www.openstreetmap.org/?mlat=${encodeURIComponent(latitude)}&mlon=${encodeURIComponent(longitude)}#map=16/${encodeURIComponent(latitude)}/${encodeURIComponent(longitude)}`;
  return (
    <a
      className={css.document}
      href={at}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={t`Location: ${name ?? `${latitude}, ${longitude}`}. Opens a map`}
    >
      <span className={css.documentIcon}>
        <IconMapPin size={20} />
      </span>
      <span className={css.documentName}>
        <span className="one-line" dir="auto">
          {name || t`Location`}
        </span>
        <small className="one-line">
          {address ? <bdi>{address}</bdi> : <bdi dir="ltr">{`${latitude}, ${longitude}`}</bdi>}
        </small>
      </span>
      <IconExternalLink size={16} />
    </a>
  );
}

function Card({ card }: { card: ContactCard }) {
  const name =
    card.name?.formatted_name || [card.name?.first_name, card.name?.last_name].filter(Boolean).join(' ');
  return (
    <div className={css.document}>
      <span className={css.documentIcon}>
        <IconUser size={20} />
      </span>
      <span className={css.documentName}>
        <span dir="auto">{name}</span>
        {card.org?.company && <small dir="auto">{card.org.company}</small>}
        {card.phones?.map(({ phone }) => (
          <small key={phone}>
            <bdi dir="ltr">{phone}</bdi>
          </small>
        ))}
        {card.emails?.map(({ email }) => (
          <small key={email}>
            <bdi dir="ltr">{email}</bdi>
          </small>
        ))}
      </span>
    </div>
  );
}

function TemplateShown({ template }: { template: NonNullable<ContentOf['template']> }) {
  return (
    <>
      {template.media && <File media={template.media} type={template.media.type} />}
      {template.header && (
        <p className={css.heading} dir="auto">
          {template.header}
        </p>
      )}
      {template.body && <Text text={template.body} />}
      {template.footer && (
        <p className={css.footer} dir="auto">
          {template.footer}
        </p>
      )}
    </>
  );
}

function Buttons({ buttons }: { buttons: Button[] }) {
  const { t } = useLingui();
  return (
    <ul className={css.buttons} aria-label={t`Buttons`}>
      {buttons.map((button, i) => (
        <li key={button.code ?? `${button.label} ${i}`}>
          {button.type === 'URL' && <IconExternalLink size={14} />}
          {button.type === 'PHONE_NUMBER' && <IconPhone size={14} />}
          {button.type === 'LOCATION_REQUEST' && <IconMapPin size={14} />}
          <bdi>{button.label || button.url || t`Share the location`}</bdi>
        </li>
      ))}
    </ul>
  );
}
