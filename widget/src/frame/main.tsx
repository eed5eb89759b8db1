import './style.css';
import { render } from 'preact';
import { textOn } from '../colour.ts';
import { directionOf } from '../language.ts';
import type { Site } from '../site.ts';
import { firstState, openChat } from './chat.ts';
import { talkWith } from './page.ts';
import { openStore } from './state.ts';
import { openStorage } from './storage.ts';
import { App } from './view/app.tsx';
import { type Tongue, tongueOf } from './words/words.ts';

const site = JSON.parse(document.getElementById('site')!.textContent) as Site;
const root = document.documentElement;
const body = document.getElementById('chat')!;

const storage = openStorage(site.key, !site.consent);
if (storage.get('agreed')) storage.permit();
const store = openStore(firstState(site, storage));
let tongue: Tongue;
const host = talkWith(new URLSearchParams(location.search).get('origin'), (words) => chat.heard(words));
const chat = openChat({
  site,
  store,
  storage,
  host,
  lang: () => root.lang,
  speak: (lang) => void speak(lang),
});

root.dataset.theme = site.theme;
root.style.setProperty('--brand', site.colour);
root.style.setProperty('--on-brand', textOn(site.colour));
document.addEventListener('visibilitychange', () => chat.lookedAt(document.visibilityState === 'visible'));
await speak(root.lang);
host.say({ tell: 'hello' });

async function speak(lang: string): Promise<void> {
  tongue = await tongueOf(lang);
  root.lang = tongue.lang;
  root.dir = directionOf(tongue.lang);
  document.title = `${site.name} – ${tongue.words.chat}`;
  render(<App chat={chat} tongue={tongue} />, body);
}
