import { present } from '../../model/present.ts';
import { post } from './operation.ts';
import { DigitalEventDto, DigitalObjectDto } from './schemas/customers.ts';

const about = { access: 'write', tag: 'Digital Analytics', envelope: 'full' } as const;

/** `data/push` (decisions D67, D69). */
export const pushData = post({
  ...about,
  path: 'data/push',
  summary: 'Push what the business knows of a customer',
  description: 'By type and id; without an id the object is found by its links. The data are merged.',
  told: { key: 'DATA_PUSHED', text: 'The data are kept' },
  body: DigitalObjectDto,
  required: ['data'],
  anyOf: ['id', 'links'],
  answer: DigitalObjectDto,
  run: ({ core, caller, body: { type = 'CUSTOMER', id, data, links = [] } }) =>
    core.pushData(caller, present({ type, id, data, links })),
});

/** `event/push` (decisions D68, D69). */
export const pushEvent = post({
  ...about,
  path: 'event/push',
  summary: 'Push what a customer did',
  description: 'The same name and id twice is one event.',
  told: { key: 'EVENT_PUSHED', text: 'The event is kept' },
  body: DigitalEventDto,
  required: ['eventName'],
  answer: DigitalEventDto,
  run: ({ core, caller, body: { eventName, id, data, links = [] } }) =>
    core.pushEvent(caller, present({ eventName, id, data, links })),
});
