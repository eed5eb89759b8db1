import { type Content, plainText } from '../../model/message.ts';
import { present } from '../../model/present.ts';

/** What is shown to a visitor of a message: a template as what it says. Files are named by our id. */
export function shownOf(content: Content): Record<string, unknown> {
  const { type, template, media, location, cards, buttons, press, text, heading, footer, listLabel } =
    content;
  if (template) {
    return present({
      type: template.media?.type ?? 'text',
      text: template.body,
      heading: template.header ?? template.title,
      footer: template.footer,
      media: template.media,
      buttons: shownButtons(content),
    });
  }
  return present({
    type,
    text: text ?? (media || location || cards || content.reaction ? undefined : plainText(content)),
    heading,
    footer,
    listLabel,
    media,
    location,
    cards,
    buttons: shownButtons({ buttons }),
    press: press && { code: press.code, label: press.label },
  });
}

function shownButtons({ buttons }: Pick<Content, 'buttons'> | { buttons: Content['buttons'] | undefined }) {
  return buttons?.map(({ type, code, label, desc, url, phone, section }) =>
    present({ type, code, label, desc, url, phone, section }),
  );
}
