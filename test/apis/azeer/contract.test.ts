import { describe, expect, it } from 'vitest';
import { azeer, routes } from '../../../src/apis/azeer/index.ts';
import { eventNames } from '../../../src/apis/azeer/topics.ts';

/**
 * The structure of the contract, written down by hand: what is asked (`!`: it must be there), and the names of
 * what is answered, in their order. Names alone: what they hold is for the stories.
 */
const contract: Record<string, { query?: string[]; body?: string[]; answer: string[]; data?: string[] }> = {
  'POST /v1/app/user.new.session': {
    query: ['host_id'],
    body: [
      'business_id!',
      'platform_type!',
      'platform_id!',
      'role!',
      'profile_name!',
      'display_name!',
      'profile_image_url!',
    ],
    answer: ['headers', 'user_details', 'channels', 'billing_source', 'success'],
  },
  'POST /v1/agent': {
    body: ['role!', 'email!', 'name!', 'display_name!', 'status!'],
    answer: ['success', 'message', 'data'],
    data: ['agent_id'],
  },
  'PUT /v1/agent/:id': {
    body: ['role', 'email', 'name', 'display_name', 'status'],
    answer: ['success', 'message', 'data'],
    data: ['agent_id'],
  },
  'PATCH /v1/agent/:id': {
    body: ['role', 'email', 'name', 'display_name', 'status'],
    answer: ['success', 'message', 'data'],
    data: ['agent_id'],
  },
  'GET /v1/agent/:id': { answer: agentNames() },
  'GET /v1/agent': { answer: agentNames() },
  'POST /v1/contact/create': {
    body: ['mode', 'contacts', ...contactParts()],
    answer: ['message', 'success', 'data'],
    data: contactNames(),
  },
  'POST /v1/contact/assign': {
    body: ['platform_id!', 'assigned_platform_id!'],
    answer: ['message', 'success'],
  },
  'POST /v1/contact/tags': { body: ['platform_id!', 'tag_ids!'], answer: ['message', 'success'] },
  'GET /v1/contact/:id': { answer: contactNames() },
  'POST /v1/message/send': {
    query: ['create'],
    body: [
      'to!',
      'type!',
      'recipient_type',
      'preview_url',
      'text',
      'template',
      'image',
      'document',
      'audio',
      'video',
      'contacts',
      'interactive',
      'location',
    ],
    answer: ['success', 'message', 'id', 'message_id'],
  },
  'DELETE /v1/message/:id': {
    answer: ['success', 'message', 'data'],
    data: ['id', 'message_id'],
  },
  'DELETE /v1/message': {
    body: ['message_ids!'],
    answer: ['success', 'message', 'data'],
    data: ['id', 'message_id'],
  },
  'GET /v1/partner/templates': {
    answer: ['success', 'message', 'data'],
    data: ['id', 'template_id', 'name', 'category', 'language', 'status', 'components'],
  },
  'GET /v1partner/templates': {
    answer: ['success', 'message', 'data'],
    data: ['id', 'template_id', 'name', 'category', 'language', 'status', 'components'],
  },
  'POST /v1/webhook': {
    body: ['name!', 'description!', 'url!', 'event!', 'securetoken!', 'policy!', 'enabled!'],
    answer: ['success', 'message', 'data'],
    data: webhookNames(),
  },
  'GET /v1/webhook': { answer: ['success', 'message', 'data'], data: webhookNames() },
  'GET /v1/webhook/:id': { answer: ['success', 'message', 'data'], data: webhookNames() },
  'DELETE /v1/webhook/:id': { answer: ['success', 'message', 'data'], data: ['id'] },
  'POST /v1/tags': {
    body: ['tag!', 'description', 'colour'],
    answer: ['success', 'message', 'data'],
    data: tagNames(),
  },
  'GET /v1/tags': { answer: ['success', 'message', 'data'], data: tagNames() },
  'GET /v1/customfield/group': { answer: ['success', 'message', 'data'] },
};

function agentNames() {
  return [
    'id',
    'platform_id',
    'platform',
    'is_agent',
    'business_id',
    'role',
    'email',
    'name',
    'display_name',
    'status',
  ];
}

function contactParts() {
  return [
    'platform_id',
    'platform',
    'image_url',
    'profile_name',
    'profile_display_name',
    'profile_email',
    'country_code',
    'tags',
  ];
}

function contactNames() {
  return [
    'id',
    'platform_id',
    'platform',
    'is_agent',
    'business_id',
    'image_url',
    'profile_name',
    'profile_display_name',
    'profile_email',
    'country_code',
    'tags',
  ];
}

function webhookNames() {
  return [
    'id',
    'business_id',
    'name',
    'description',
    'url',
    'event',
    'securetoken',
    'policy',
    'enabled',
    'created_at',
    'updated_at',
  ];
}

function tagNames() {
  return [
    'id',
    'business_id',
    'tag',
    'colour',
    'description',
    'created_by',
    'display_name',
    'updated_at',
    'created_at',
  ];
}

interface Schema {
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}

const asked = (schema: unknown): string[] | undefined => {
  const { properties, required = [] } = (schema ?? {}) as Schema;
  return properties && Object.keys(properties).map((name) => (required.includes(name) ? `${name}!` : name));
};

/** The names of an object, or of the objects of a list. */
const told = (schema: unknown): string[] => {
  const { properties, items } = schema as Schema;
  return Object.keys(properties ?? items?.properties ?? {});
};

describe('the contract', () => {
  it('is answered as a whole, and nothing else is', () => {
    expect(routes.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(Object.keys(contract).sort());
  });

  it.each(routes.map((one) => [`${one.method} ${one.url}`, one] as const))('%s', (name, route) => {
    const { query, body, answer, data } = contract[name]!;
    expect(asked(route.query)).toEqual(query);
    expect(asked(route.body)).toEqual(body);
    expect(told(route.answer)).toEqual(answer);
    if (data) expect(told((route.answer as Schema).properties!.data)).toEqual(data);
  });

  it('takes no body whose unknown members it refuses', () => {
    expect(JSON.stringify(routes.map(({ body }) => body ?? {}))).not.toContain(
      '"additionalProperties":false',
    );
  });

  it('knows eleven events', () => {
    expect(eventNames).toEqual([
      'incoming_msg',
      'outgoing_msg',
      'chat_assigned',
      'chat_closed',
      'chat_mentioned',
      'template_approved',
      'broadcast_complete',
      'billing_alert',
      'new_contact',
      'for_rules',
      'message_status_changed',
    ]);
    expect(azeer.timeoutMs).toBe(60_000);
  });
});
