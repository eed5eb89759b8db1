import { useState } from 'preact/hooks';
import { hrefOf, plain } from '../links.ts';
import type { Card, Media, Message, Place as Where } from '../protocol.ts';
import type { Draft } from '../state.ts';
import { useAround } from './context.ts';
import { Icon } from './icon.tsx';

export { Choices } from './choices.tsx';

/** What a message holds beside its text. */
export function Content({ message, draft }: { message: Message; draft: Draft | undefined }) {
  const { media, location, cards } = message;
  return (
    <>
      {media && <MediaBox message={message} draft={draft} />}
      {location && <Place place={location} />}
      {cards && <Cards cards={cards} />}
    </>
  );
}

/** The file of a message, in a box that has its size before the file is there. */
function MediaBox({ message, draft }: { message: Message; draft: Draft | undefined }) {
  const { words } = useAround().tongue;
  const { media, type } = message;
  if (!media) return null;
  if (draft && !media.url) return <Waiting media={media} draft={draft} />;
  if (media.state === 'fetching') return <p>{words.arriving}</p>;
  const { href } = hrefOf(media.url);
  if (media.state === 'failed' || !href) return <p>{words.lost}</p>;
  if (type === 'image' || type === 'sticker') return <Picture media={media} type={type} />;
  if (type === 'video') {
    return (
      <video
        aria-label={words.video}
        controls
        preload="none"
        poster={hrefOf(media.thumbUrl).href}
        src={href}
      />
    );
  }
  if (type === 'audio' || type === 'voice')
    return <audio aria-label={words[type]} controls preload="none" src={href} />;
  return <FileCard media={media} href={href} />;
}

function Picture({ media, type }: { media: Media; type: 'image' | 'sticker' }) {
  const { chat, tongue } = useAround();
  const { words } = tongue;
  const [lost, setLost] = useState(0);
  const { href } = hrefOf(media.url);
  // Some pictures have no small one.
  const sources = [hrefOf(media.thumbUrl).href, href].filter(Boolean);
  const src = sources[lost];
  if (!src) return <FileCard media={media} href={href!} />;
  const failed = () => {
    setLost(lost + 1);
    // Its address may only be too old.
    if (src === href) chat.refresh();
  };
  const name = media.caption || media.name || words[type];
  return (
    <a class="picture" href={href!} target="_blank" rel="noopener noreferrer">
      <img src={src} alt={name} width={media.width} height={media.height} loading="lazy" onError={failed} />
    </a>
  );
}

function FileCard({ media, href }: { media: Media; href: string }) {
  const { words, size } = useAround().tongue;
  return (
    <a class="file" href={href} target="_blank" rel="noopener noreferrer" download={media.name}>
      <Icon shape="file" />
      <span>
        <bdi>{media.name ?? words.document}</bdi>
        {media.size !== undefined && <small>{size(media.size)}</small>}
      </span>
    </a>
  );
}

/** A file on its way up. */
function Waiting({ media, draft }: { media: Media; draft: Draft }) {
  const { chat, tongue } = useAround();
  const { words, size } = tongue;
  const isUnder = draft.state === 'uploading';
  return (
    <div class="file">
      <Icon shape="file" />
      <span>
        <bdi>{media.name ?? words.document}</bdi>
        {media.size !== undefined && <small>{size(media.size)}</small>}
        {isUnder && <progress value={draft.progress} aria-label={`${words.sending} ${media.name ?? ''}`} />}
      </span>
      {(isUnder || draft.state === 'queued') && (
        <button type="button" class="quiet" onClick={() => chat.outbox.discard(draft.cid)}>
          {words.cancel}
        </button>
      )}
    </div>
  );
}

/** A place on the earth. */
function Place({ place }: { place: Where }) {
  const { words } = useAround().tongue;
  const at = `${place.latitude},${place.longitude}`;
  return (
    <div class="file">
      <Icon shape="pin" />
      <span>
        <b dir="auto">{place.name ?? words.place}</b>
        {place.address && <small dir="auto">{place.address}</small>}
        <a
          href={`https://www.openstreetmap.org/?mlat=${place.latitude}&mlon=${place.longitude}#map=16/${at.replace(',', '/')}`}
          target="_blank"
          rel="noopener noreferrer"
        >
          {words.showMap}
        </a>
      </span>
    </div>
  );
}

/** Cards of people. */
function Cards({ cards }: { cards: Card[] }) {
  return (
    <>
      {cards.map((card) => (
        <div class="card-of" key={card.name?.formatted_name}>
          <b dir="auto">{card.name?.formatted_name}</b>
          {card.phones?.map(
            ({ phone }) =>
              phone && (
                <a dir="ltr" href={`tel:${plain(phone)}`} key={phone}>
                  {phone}
                </a>
              ),
          )}
          {card.emails?.map(
            ({ email }) =>
              email && (
                <a dir="ltr" href={`mailto:${email}`} key={email}>
                  {email}
                </a>
              ),
          )}
        </div>
      ))}
    </>
  );
}
