import {
  IconBell,
  IconBrandFacebook,
  IconBrandInstagram,
  IconBrandTelegram,
  IconBrandWhatsapp,
  IconBrandX,
  IconDeviceMobileMessage,
  IconMail,
  IconMessageCircle,
  IconTestPipe,
  IconWorld,
} from '@tabler/icons-react';
import css from './channel-icon.module.css';

const icons: Record<string, typeof IconMail> = {
  WHATSAPP: IconBrandWhatsapp,
  SMS: IconDeviceMobileMessage,
  EMAIL: IconMail,
  TELEGRAM: IconBrandTelegram,
  FACEBOOK: IconBrandFacebook,
  INSTAGRAM: IconBrandInstagram,
  TWITTER: IconBrandX,
  WEBSITE: IconWorld,
  PUSH: IconBell,
  DUMMY: IconTestPipe,
};

/** By which door somebody writes. */
export function ChannelIcon({ type, size = 12 }: { type: string; size?: number }) {
  const Icon = icons[type] ?? IconMessageCircle;
  return <Icon size={size} stroke={2} aria-hidden="true" />;
}

/** The same at the corner of a face. `name`: of the channel, where nothing else says it. */
export function ChannelBadge({ type, name }: { type: string; name?: string }) {
  return (
    <span className={css.badge} title={name}>
      <ChannelIcon type={type} />
      {name && <span className="sr">{name}</span>}
    </span>
  );
}
