import { textOn } from '../colour.ts';
import type { Site } from '../site.ts';
import { words } from './words.ts';

/** The button on the page, and the frame above it, in a closed shadow root. */
export interface Launcher {
  readonly host: HTMLElement;
  readonly button: HTMLButtonElement;
  /** The frame, once there is one. */
  frame?: HTMLIFrameElement;
  addFrame(src: string): void;
  /** Draws it as it is now. */
  draw(now: { shown: boolean; unread: number; lang: string }): void;
}

const bubble = 'M12 3C6 3 2 7 2 11q0 4 3 6l-1 4 5-2c7 1 13-2 13-8 0-4-4-8-10-8z';
const cross = 'M7 5 5 7l5 5-5 5 2 2 5-5 5 5 2-2-5-5 5-5-2-2-5 5z';

const css = ({
  colour,
  side,
  theme,
}: Site) => `:host{all:initial!important;display:block!important;position:fixed!important;z-index:2147483000!important;inset-block-end:20px!important;inset-inline-${side}:20px!important}
button{all:unset;box-sizing:border-box;display:grid;place-items:center;inline-size:60px;block-size:60px;border:2px solid transparent;border-radius:50%;background:${colour};color:${textOn(colour)};box-shadow:0 4px 16px #0005;cursor:pointer}
button:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px #111}
svg{inline-size:30px;fill:currentColor}
b{position:absolute;inset-block-start:-4px;inset-inline-end:-4px;min-inline-size:12px;padding-inline:6px;border:2px solid #fff;border-radius:12px;background:#b3141d;color:#fff;font:700 13px/20px system-ui;text-align:center}
b:empty{display:none}
i{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
iframe{position:absolute;inset-block-end:76px;inset-inline-${side}:0;inline-size:min(400px,100vw - 40px);block-size:min(700px,100dvh - 120px);border:1px solid #8886;border-radius:16px;box-shadow:0 8px 40px #0005;background:light-dark(#fff,#17191c);color-scheme:${theme === 'auto' ? 'light dark' : theme};visibility:hidden;opacity:0}
.on iframe{visibility:visible;opacity:1}
@media(prefers-reduced-motion:no-preference){iframe{translate:0 12px;transition:.18s}.on iframe{translate:0}}
@media(max-width:480px),(max-height:480px){iframe{position:fixed;inset:0;inline-size:100%;block-size:100%;border:0;border-radius:0}.on button{visibility:hidden}}
@media print{:host{display:none!important}}`;

/** Puts the launcher on the page. Nothing of the page's styles reaches it, and nothing of ours the page. */
export function drawLauncher(site: Site): Launcher {
  const make = <Name extends keyof HTMLElementTagNameMap>(name: Name) => document.createElement(name);
  const draft = (name: string) => document.createElementNS('http://www.w3.org/2000/svg', name);
  const host = document.createElement('parley-chat');
  const root = host.attachShadow({ mode: 'closed' });
  // A sheet that is made by script needs no leave of the page's content policy, unlike a style element.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css(site));
  root.adoptedStyleSheets = [sheet];
  const box = make('div');
  const button = make('button');
  const badge = make('b');
  const status = make('i');
  // Element by element: a page may demand trusted types of all HTML.
  const icon = draft('svg');
  const path = draft('path');
  icon.setAttribute('viewBox', '0 0 24 24');
  icon.ariaHidden = badge.ariaHidden = 'true';
  status.role = 'status';
  icon.append(path);
  button.append(icon, badge);
  box.append(button, status);
  root.append(box);
  document.documentElement.append(host);
  return {
    host,
    button,
    addFrame(src) {
      const frame = make('iframe');
      frame.allow = 'microphone;geolocation;clipboard-write;autoplay';
      frame.src = src;
      // Before the button: who leaves the frame by the keyboard comes to what closes it.
      box.prepend(frame);
      this.frame = frame;
    },
    draw({ shown, unread, lang }) {
      const [chat, before] = words[lang]!;
      const count = unread ? `, ${before}: ${unread}` : '';
      host.lang = lang;
      box.className = shown ? 'on' : '';
      path.setAttribute('d', shown ? cross : bubble);
      badge.textContent = unread > 99 ? '99+' : `${unread || ''}`;
      button.ariaExpanded = `${shown}`;
      // Whether it opens or closes is what `aria-expanded` says.
      button.ariaLabel = chat + count;
      status.textContent = count && chat + count;
      const { frame } = this;
      if (frame) {
        frame.title = site.name;
        // Out of reach of the keyboard while it is not seen.
        frame.inert = !shown;
      }
    },
  };
}
