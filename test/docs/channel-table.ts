import type { Capabilities, Channel } from '../../src/channels/channel.ts';
import { channels } from '../../src/channels/index.ts';
import { signalsOf } from '../../src/channels/signals.ts';
import type { MessageType } from '../../src/model/message.ts';
import { places } from './channel-pages.ts';

/** What stands in the columns: types of messages, in the order of the pages of the channels. */
const types: readonly [type: MessageType, title: string][] = [
  ['text', 'text'],
  ['image', 'image'],
  ['video', 'video'],
  ['audio', 'audio'],
  ['voice', 'voice'],
  ['document', 'document'],
  ['sticker', 'sticker'],
  ['location', 'location'],
  ['contacts', 'contact cards'],
  ['template', 'template'],
  ['reaction', 'reaction'],
];

const begin = '<!-- made by npm run docs:channels -->';
const end = '<!-- end -->';

/** The page with its tables as the code has them today. */
export function withTables(page: string): string {
  const [head = '', rest = ''] = page.split(begin);
  const tail = rest.split(end)[1] ?? '';
  return `${head}${begin}\n\n${outTable()}\n\n${limitsTable()}\n\n${end}${tail}`;
}

function outTable(): string {
  const head = ['channel', 'type', 'contacts', ...types.map(([, title]) => title)];
  const rows = channels.map((channel) => [
    nameOf(channel),
    typesOf(channel),
    channel.contactTypeOf ? 'any' : channel.contactType,
    ...types.map(
      ([type]) => ({ native: 'yes', fallback: 'as text', none: '' })[channel.carries.out[type] ?? 'none'],
    ),
  ]);
  return table(head, rows);
}

function limitsTable(): string {
  const head = [
    'channel',
    'choices',
    'longest text',
    'largest files',
    'receipts',
    'shows',
    'window',
    'messages a second',
  ];
  const rows = channels.map((channel) => {
    const { carries } = channel;
    return [
      nameOf(channel),
      choicesOf(carries),
      carries.maxText?.toLocaleString('en') ?? '',
      filesOf(carries),
      carries.receipts
        .filter((status) => ['SENTX', 'DLVRD', 'READ'].includes(status))
        .map(code)
        .join(' '),
      signalsOf(channel)
        .map((one) => ({ typing: 'writing', read: 'reading' })[one])
        .join(', '),
      windowOf(carries),
      carries.perSecond?.toLocaleString('en') ?? '',
    ];
  });
  return table(head, rows);
}

function nameOf({ name, types: [type] }: Channel): string {
  const [path] = places[type!]!;
  const file = path.split('/').at(-1)!;
  return `[${name}](${file})`;
}

function typesOf(channel: Channel): string {
  return channel.types.map(code).join(' ');
}

/** Buttons, and choices of a list or quick replies where more of these fit. */
function choicesOf({ buttons: { max, listMax } }: Capabilities): string {
  if (listMax === 0) return 'as numbered lines';
  const most = (many: number) => (many >= 1000 ? 'any number' : `up to ${many}`);
  return max === listMax ? most(max) : `${most(max)}, as a list ${most(listMax)}`;
}

function filesOf({ media = {} }: Capabilities): string {
  const mb = (bytes: number) => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`;
  const sizes = Object.values(media).map(({ maxBytes }) => maxBytes);
  if (sizes.length === 0) return '';
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const sizesTold = least === most ? mb(most) : `${mb(least)} to ${mb(most)}`;
  return Object.values(media).every(({ orLink }) => orLink) ? `${sizesTold}, larger as links` : sizesTold;
}

function windowOf({ windowHours, agentWindowHours }: Capabilities): string {
  if (windowHours === undefined) return '';
  const agents = agentWindowHours === undefined ? '' : `; agents ${agentWindowHours / 24} days`;
  return `${windowHours} hours${agents}`;
}

function code(word: string): string {
  return `\`${word}\``;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) =>
    `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |').replaceAll('|  |', '| |');
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
