import type { QueryResultRow } from 'pg';
import pino from 'pino';
import { xms } from '../../../src/apis/xms/index.ts';
import { makeHttp } from '../../../src/http.ts';
import type { Contact } from '../../../src/model/contact.ts';
import type { StoredEvent } from '../../../src/model/event.ts';
import type { Message } from '../../../src/model/message.ts';
import { invalid, notFound, Problem } from '../../../src/model/problem.ts';
import type { Session } from '../../../src/model/session.ts';
import type { App, Endpoint, Setup } from '../../../src/model/setup.ts';
import type { Caller, Connector, Core, SendRequest } from '../../../src/pipeline/core.ts';
import type { SetupChanges } from '../../../src/pipeline/setup.ts';
import type { Database } from '../../../src/store/database.ts';

export const botApp: App = {
  id: '61ec7d9c2ce85742b201c5ab',
  code: 'helpbot',
  name: 'Help bot',
  mode: 'BOT',
  type: 'DEFAULT',
  props: {},
};
export const shopApp: App = {
  ...botApp,
  id: '61ec7d9c2ce85742b201c5ac',
  code: 'shop',
  name: 'Shop',
  mode: 'NONE',
};

const callers: Record<string, Partial<Caller>> = {
  'key-bot': {},
  'key-read': { scope: 'read' },
  'key-public': { kind: 'publishable' },
  'key-tenant': { tenantWide: true },
};

export const ann: Contact = {
  no: 51,
  id: 'wa919988776655_918828218374',
  type: 'WHATSAPP',
  lane: '918828218374',
  csid: '919988776655',
  channelId: 'wa360:918828218374',
  profile: { name: 'Ann' },
  businessProfile: {},
  labels: [],
  tags: [],
  optedOut: false,
};

export const openSession: Session = {
  id: '61f3810a02e14c0877fc1a32',
  contactId: ann.id,
  channelId: ann.channelId,
  startedAt: 1_700_000_000_000,
  resolved: false,
  queue: 'helpbot',
  routingId: '61f3810a02e14c0877fc1a32_helpbot_1',
  version: 1,
  started: true,
  first: true,
};

/** A core in memory, with what it was asked to do. Only what the doors need of it. */
export class FakeCore implements Core {
  readonly sent: (SendRequest & { appId: string })[] = [];
  readonly asked: { what: string; with: unknown }[] = [];
  readonly messages: Message[] = [];
  readonly publicUrl = new URL('https://alex.example.com');
  readonly server = 'example.com';
  /** What the next write throws. */
  failure: unknown;
  readonly things: Setup = {
    business: {
      id: 1,
      uuid: '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b',
      domain: 'alex',
      name: 'Alex',
      settings: {},
      createdAt: 1_700_000_000_000,
    },
    apps: new Map([
      [botApp.id, botApp],
      [shopApp.id, shopApp],
    ]),
    queues: new Map(),
    teams: new Map(),
    agents: new Map(),
    tags: new Map(),
    customFields: new Map(),
    channels: new Map(),
    templates: [],
    vars: [],
    endpoints: new Map(),
  };

  readonly db = {
    run: async (statement: { name: string }, values: unknown[]) => this.rows(statement.name, values),
  } as unknown as Database;

  private rows(name: string, values: unknown[]): QueryResultRow[] {
    if (name === 'sessions.find') return values[1] === openSession.id ? [{ ...openSession }] : [];
    if (name === 'messages.ofSession') return this.messages.map((message) => ({ ...message }));
    if (name === 'contacts.byIds')
      return [{ ...ann, owner: null, lang: null, lastInboundAt: null }].filter(({ id }) =>
        (values[1] as string[]).includes(id),
      );
    if (name === 'messages.find') return [];
    if (name === 'keys.list') return [{ id: 'k', name: 'main' }];
    throw new Error(`the fake does not know ${name}`);
  }

  async versionOf() {
    return undefined;
  }

  async setup(): Promise<Setup> {
    return this.things;
  }

  readonly access = new Proxy({} as Core['access'], {
    get: (_, name) => async () => {
      throw new Error(`the fake opens no tokens: ${String(name)}`);
    },
  });
  readonly signals: Core['signals'] = { typing: async () => 'notShown', read: async () => 'notShown' };
  readonly inbox = new Proxy({} as Core['inbox'], {
    get: (_, name) => async () => {
      throw new Error(`the fake has no inbox: ${String(name)}`);
    },
  });

  readonly cannedAnswers = new Proxy({} as Core['cannedAnswers'], {
    get: (_, name) => async () => {
      throw new Error(`the fake keeps no answers: ${String(name)}`);
    },
  });

  readonly audit = new Proxy({} as Core['audit'], {
    get: (_, name) => {
      throw new Error(`the fake has no audit log: ${String(name)}`);
    },
  });
  readonly simulator = new Proxy({} as Core['simulator'], {
    get: (_, name) => async () => {
      throw new Error(`the fake plays nobody: ${String(name)}`);
    },
  });

  readonly templates = new Proxy({} as Core['templates'], {
    get(_, name) {
      throw new Error(`the fake asks no providers: ${String(name)}`);
    },
  });

  readonly channels = new Proxy({} as Core['channels'], {
    get: (_, name) => async () => {
      throw new Error(`the fake has no channels to look after: ${String(name)}`);
    },
  });

  async customerEvents(): Promise<never[]> {
    return [];
  }

  readonly endpointTests = new Proxy({} as Core['endpointTests'], {
    get: () => async (): Promise<never> => {
      throw new Error('no endpoint is tried out over this surface');
    },
  });

  readonly search = new Proxy({} as Core['search'], {
    get: (_, name) => () => {
      throw new Error(`the fake finds nothing: ${String(name)}`);
    },
  });

  mediaLink(id: string): string {
    return `https://alex.example.com/media/${id}`;
  }

  readonly signIns = new Proxy({} as Core['signIns'], {
    get: (_, name) => async () => {
      throw new Error(`the fake signs nobody in: ${String(name)}`);
    },
  });
  markRead = async () => true;

  readonly visitors = new Proxy({} as Core['visitors'], {
    get: () => () => Promise.reject(new Error('no visitors here')),
  });

  readonly idempotency: Core['idempotency'] = {
    begin: async ({ businessId }) => ({ once: { claim: { businessId, hash: Buffer.alloc(0), claim: '' } } }),
    finish: async () => {},
    run: (_, work) => work(),
    release: async () => {},
  };

  async replay(): Promise<never> {
    throw new Error('the fake tells nothing');
  }

  async replayCount(): Promise<never> {
    throw new Error('the fake tells nothing');
  }

  async secretOverlap(): Promise<undefined> {}

  async webhookRequest(): Promise<never> {
    throw new Error('the fake tells nothing');
  }

  async sendMany(): Promise<never> {
    throw new Error('the fake sends one at a time');
  }

  async keepFile(): Promise<never> {
    throw new Error('the fake keeps no files');
  }

  async findFile(): Promise<undefined> {
    return undefined;
  }

  async authenticate(key: string | undefined): Promise<Caller> {
    const caller = key === undefined ? undefined : callers[key];
    if (!caller) throw new Problem('unauthorized', 'The key is missing or unknown', { code: 'UNAUTHORIZED' });
    return {
      businessId: 1,
      bearer: 'key',
      keyId: 'k',
      appId: botApp.id,
      tenantWide: false,
      installation: false,
      scope: 'write',
      kind: 'confidential',
      ...caller,
    };
  }

  async authenticateConnector(token: string | undefined): Promise<Connector> {
    if (token !== 'connector-token') throw new Problem('unauthorized', 'The token is unknown', {});
    return { businessId: 1, channelId: 'custom:kiosk' };
  }

  private note<T>(what: string, given: unknown, answer: T): T {
    if (this.failure !== undefined) throw this.failure;
    this.asked.push({ what, with: given });
    return answer;
  }

  async send(caller: Caller, request: SendRequest) {
    this.sent.push({ ...request, appId: caller.appId });
    return this.note('send', request, {
      id: '65f000000000000000000001',
      no: 1,
      sessionId: openSession.id,
      contactId: ann.id,
    });
  }

  receive: Core['receive'] = async (businessId, channelId, received) =>
    this.note(
      'receive',
      { businessId, channelId, received },
      {
        messages: received.messages.map((message, i) => ({
          id: `65f00000000000000000010${i}`,
          no: 100 + i,
          direction: 'I' as const,
          contactId: `web${message.csid}_kiosk`,
          channelId,
          sessionId: openSession.id,
          content: message.content,
          status: 'RECEIVD' as const,
          stamps: {},
          errors: [],
          providerId: message.providerId,
          mask: false,
          timestamp: message.timestamp,
          contact: { ...ann, id: `web${message.csid}_kiosk`, channelId },
          routingId: openSession.routingId,
        })),
      },
    );

  route: Core['route'] = async (_caller, request) =>
    this.note('route', request, this.sessionEvent('session.routed', request.sessionId));
  resolve: Core['resolve'] = async (_caller, id) =>
    this.note('resolve', id, this.sessionEvent('session.resolved', id));
  close: Core['close'] = async (_caller, id) =>
    this.note('close', id, this.sessionEvent('session.closed', id));

  private sessionEvent(
    type: 'session.routed' | 'session.resolved' | 'session.closed',
    id: string,
  ): StoredEvent {
    if (id !== openSession.id) throw notFound('sessionId', 'SESSION_NOT_FOUND', 'There is no such session');
    const routing = { start: false, sourceQueue: 'a', targetQueue: 'b', routingId: openSession.routingId };
    const session = { ...openSession, mode: 'BOT', resolved: type === 'session.resolved' };
    const data = { contact: ann, session, routing, reason: 'request' };
    return { id: '65f0000000000000000000e1', seq: 7, type, at: 1, data } as unknown as StoredEvent;
  }

  findContact: Core['findContact'] = async (_businessId, contactId, field) => {
    if (contactId === ann.id) return ann;
    throw notFound(field, 'CONTACT_NOT_FOUND', 'There is no such contact');
  };

  setLanguage: Core['setLanguage'] = async (_caller, contactId, lang) => {
    await this.findContact(1, contactId, 'contactId');
    if (lang === '??') throw invalid('lang', 'This is no language', { value: lang });
    const data = { contact: { ...ann, lang }, changed: ['lang'] };
    const event = { id: '65f0000000000000000000e2', seq: 8, type: 'contact.updated', at: 1, data };
    return this.note('setLanguage', { contactId, lang }, event as unknown as StoredEvent);
  };

  updateContact: Core['updateContact'] = async (_businessId, who, change) =>
    this.note(
      'updateContact',
      { who, change },
      {
        ...ann,
        profile: { ...ann.profile, ...change.profile },
        businessProfile: { ...ann.businessProfile, ...change.businessProfile },
      },
    );

  updateContacts: Core['updateContacts'] = (businessId, told) =>
    Promise.all(told.map(({ who, change }) => this.updateContact(businessId, who, change)));

  readonly deleteMessages = this.unasked;
  readonly preview = this.unasked;
  readonly measure = this.unasked;
  readonly putContacts = this.unasked;
  readonly assignContact = this.unasked;
  readonly tagContact = this.unasked;
  readonly setTags = this.unasked;

  /** XMS has no words for it. */
  private async unasked(): Promise<never> {
    throw new Error('the fake was not to be asked');
  }

  pushData: Core['pushData'] = async (_caller, object) =>
    this.note('pushData', object, { ...object, id: object.id ?? 'made' });
  pushEvent: Core['pushEvent'] = async (_caller, event) =>
    this.note('pushEvent', event, { ...event, id: event.id ?? 'made' });

  readonly change = {
    setWebhook: async (_businessId: number, appId: string, surface: string, url: string) => {
      if (url.startsWith('http:')) throw invalid('url', 'Only https addresses', { value: url });
      const endpoint: Endpoint = {
        ...{ id: 'e', surface, appId, url, createdAt: 1 },
        ...{ policy: 'schedule', updatedAt: 0, enabled: true },
      };
      if (url) this.things.endpoints.set('e', endpoint);
      else this.things.endpoints.clear();
      return this.note('setWebhook', { appId, surface, url }, url ? endpoint : undefined);
    },
  } as unknown as SetupChanges;
}

/** The XMS surface over a fake core, ready for `inject`. */
export function makeXms(core = new FakeCore()) {
  const app = makeHttp({ core, surfaces: [xms], log: pino({ level: 'silent' }), version: '0' });
  const call = async (
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const answer = await app.inject({
      method,
      url: `/xms/api/v1/${path}`,
      headers: {
        'x-api-key': 'key-bot',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: answer.json() };
  };
  return { app, core, call };
}
