import { Trans, useLingui } from '@lingui/react/macro';
import {
  IconDownload,
  IconExternalLink,
  IconFile,
  IconMapPin,
  IconPhone,
  IconPlayerPlayFilled,
  IconUser,
} from '@tabler/icons-react';
import { Suspense, useState } from 'react';
import { fileAt } from '../api/http.ts';
import type { Button, ContactCard, Content as ContentOf, Media } from '../api/types.ts';
import { typeWords } from '../list/words.ts';
import { Linked } from '../text/linked.tsx';
import { bytes } from '../theme/format.ts';
import { patient } from '../ui/later.tsx';
import css from './content.module.css';
import { Player } from './player.tsx';

const Lightbox = patient(() => import('./lightbox.tsx'));
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

const longText = 1600;

function Text({ text }: { text: string }) {
  const [whole, setWhole] = useState(text.length <= longText);
  return (
    <div className={css.text} dir="auto">
      <Linked text={whole ? text : `${text.slice(0, longText)}…`} />
      {!whole && (
        <button type="button" className={css.more} onClick={() => setWhole(true)}>
          <Trans>Show all</Trans>
        </button>
      )}
    </div>
  );
}

function File({ media, type }: { media: Media; type: string }) {
  const at = fileAt(media.link);
  const caption = media.caption && <Text text={media.caption} />;
  if (type === 'image' || type === 'sticker')
    return <Picture media={media} at={at} isSticker={type === 'sticker'} caption={caption} />;
  if (type === 'audio' || type === 'voice')
    return (
      <>
        {at ? <Player at={at} mime={media.mime} /> : <Lost media={media} />}
        {caption}
      </>
    );
  if (type === 'video') {
    return (
      <>
        {at ? (
          // biome-ignore lint/a11y/useMediaCaption: what customers send has no captions
          <video className={css.video} src={at} controls preload="metadata" />
        ) : (
          <Lost media={media} />
        )}
        {caption}
      </>
    );
  }
  return (
    <>
      <Document media={media} at={at} />
      {caption}
    </>
  );
}

function Picture({
  media,
  at,
  isSticker,
  caption,
}: {
  media: Media;
  at: string | undefined;
  isSticker: boolean;
  caption: React.ReactNode;
}) {
  const { t } = useLingui();
  const [state, setState] = useState<'loading' | 'shown' | 'lost'>('loading');
  const [large, setLarge] = useState(false);
  const [isSmall, setSmall] = useState(true);
  const small = isSmall ? fileAt(media.thumbnail) : undefined;
  const name = media.caption || media.filename || t`Photo`;
  if (!at || state === 'lost')
    return (
      <>
        <Lost media={media} />
        {caption}
      </>
    );
  return (
    <>
      <button
        type="button"
        className={isSticker ? css.sticker : css.picture}
        data-state={state}
        aria-label={t`Open the picture: ${name}`}
        onClick={() => setLarge(true)}
      >
        <img
          src={small ?? at}
          alt={name}
          loading="lazy"
          onLoad={() => setState('shown')}
          // Some pictures have no small one.
          onError={() => (small ? setSmall(false) : setState('lost'))}
        />
      </button>
      {caption}
      {large && (
        <Suspense fallback={null}>
          <Lightbox at={at} name={name} close={() => setLarge(false)} />
        </Suspense>
      )}
    </>
  );
}

function Document({ media, at }: { media: Media; at: string | undefined }) {
  const { t } = useLingui();
  const name = media.filename || t`Document`;
  return (
    <a
      className={css.document}
      href={at}
      download={media.filename ?? ''}
      target="_blank"
      rel="noopener noreferrer"
    >
      <span className={css.documentIcon}>
        <IconFile size={20} />
      </span>
      <span className={css.documentName}>
        <span className="one-line" dir="auto">
          {name}
        </span>
        <small>
          <bdi dir="ltr">{media.mime ?? ''}</bdi>
          {media.sizeBytes ? ` · ${bytes(media.sizeBytes)}` : ''}
        </small>
      </span>
      <IconDownload size={18} />
    </a>
  );
}

/** A file that cannot be shown: it can still be asked for. */
function Lost({ media }: { media: Media }) {
  const at = fileAt(media.link);
  return (
    <div className={css.lost}>
      <Trans>The file cannot be shown.</Trans>
      {at && (
        <a href={at} download={media.filename ?? ''} target="_blank" rel="noopener noreferrer">
          <Trans>Download</Trans>
        </a>
      )}
    </div>
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

/** For files that play: one look in all players. */
export const PlayIcon = IconPlayerPlayFilled;
