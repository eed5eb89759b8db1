import { Trans, useLingui } from '@lingui/react/macro';
import { IconDownload, IconFile } from '@tabler/icons-react';
import { Suspense, useState } from 'react';
import { fileAt } from '../api/http.ts';
import type { Media } from '../api/message-types.ts';
import { bytes } from '../theme/format.ts';
import { patient } from '../ui/later.tsx';
import css from './content.module.css';
import { Player } from './player.tsx';
import { Text } from './text.tsx';

const Lightbox = patient(() => import('./lightbox.tsx'));

/** A file of a message: to be seen or heard where it stands, or to be taken. */
export function File({ media, type }: { media: Media; type: string }) {
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
