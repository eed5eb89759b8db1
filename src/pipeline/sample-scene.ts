import { channels, contactTypeOf } from '../channels/index.ts';
import { type ContactType, contactIdOf } from '../model/contact.ts';
import { newId } from '../model/ids.ts';
import { type Scene, sampleNo } from '../model/samples.ts';
import { newRoutingId } from '../model/session.ts';
import { agentDesk, type Endpoint, type Queue, type Setup } from '../model/setup.ts';
import { contactSnapshot, sessionSnapshot } from './snapshots.ts';

/** A number that is given to nobody: of the range kept for stories and films. */
const phone = '12025550123';
const email = 'amina@example.com';

/** The person's address on the channel. */
const addressOn = (type: ContactType) =>
  type === 'EMAIL'
    ? email
    : (['SMS', 'WHATSAPP', 'DUMMY'] as ContactType[]).includes(type)
      ? phone
      : 'sample-person';

/** What a sample for this endpoint tells of: channel, queue and agents of the business, and a person that there is not. */
export function sceneOf(setup: Setup, { appId }: Pick<Endpoint, 'appId'>, at: number): Scene {
  const id = () => `sample-${newId()}`;
  const { id: channelId, lane, type } = channelOf(setup);
  const csid = addressOn(type);
  const contact = contactSnapshot({
    id: contactIdOf(type, csid, lane),
    no: sampleNo,
    ...{ type, channelId, lane, csid },
    profile: { name: 'Amina Rahman', phone },
    businessProfile: { name: 'Amina Rahman', email, phone, profileId: 'sample-17' },
    lang: 'en',
  });
  const queues = queuesOf(setup, appId);
  const agents = agentsOf(setup);
  const sessionId = id();
  const session = sessionSnapshot(
    {
      id: sessionId,
      contactId: contact.id,
      channelId,
      startedAt: at - 300_000,
      resolved: false,
      queue: queues.now,
      routingId: newRoutingId(sessionId, queues.now, newId()),
      agent: agents.now,
      version: 1,
      started: true,
      first: true,
    },
    setup,
  );
  return { contact, session, agents, queues, at, id, ...(appId !== undefined && { appId }) };
}

/** A channel of the business, one to real people before a sandbox; else one as there could be. */
function channelOf({ channels: own }: Setup): { id: string; lane: string; type: ContactType } {
  const found = [...own.values()].sort((a, b) => Number(a.sandbox) - Number(b.sandbox))[0];
  const type = found && contactTypeOf(found.type, found.settings);
  if (found && type) return { id: found.id, lane: found.lane, type };
  const [door] = channels;
  const lane = '12025550100';
  return { id: `${door!.types[0]}:${lane}`, lane, type: door!.contactType };
}

/** Where the session is: in a queue of the app; and where it came from. */
function queuesOf({ queues }: Setup, appId: string | undefined): Scene['queues'] {
  const all = [...queues.values()];
  const isOwn = (queue: Queue) => (appId === undefined ? queue.type === 'AGENT' : queue.appId === appId);
  const now = all.find(isOwn)?.code ?? agentDesk;
  return { now, before: all.find(({ code }) => code !== now)?.code ?? agentDesk };
}

function agentsOf({ agents }: Setup): Scene['agents'] {
  const [now = 'sample-agent', before = 'sample-agent-2'] = [...agents.values()]
    .filter(({ active }) => active)
    .map(({ code }) => code);
  return { now, before };
}
