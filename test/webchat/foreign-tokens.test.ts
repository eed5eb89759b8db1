import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { surfaces } from '../../src/apis/index.ts';
import { surfaceAt } from '../../src/apis/surface.ts';
import { testNetwork } from '../apis/amity/network.ts';
import { openBrowser, openWindow } from './visitor.ts';

/** Each token opens its own doors: that of the widget, and that of a visitor on the Amity surface. */
const { address, ask, api, own, server, end } = await testNetwork();
afterAll(end);
const origin = 'https://shop.example';
const { siteKey } = (await api('PUT', '/channels/web:shop', { settings: { origins: [origin] } })).body;
const shop = openBrowser(address, siteKey, origin);

let widget = '';
let contactId = '';
let sessionId = '';
beforeAll(async () => {
  widget = (await shop.session()).token;
  const window = await shop.connect(widget);
  window.say({ t: 'msg', cid: 'a', text: 'Between us' });
  const { id } = await window.hears('ack');
  window.close();
  ({ contactId, sessionId } = (await api('GET', `/messages/${id}`)).body);
});

/** What was said in the conversation, as the business has it. */
const said = async () =>
  (await api('GET', `/sessions/${sessionId}/messages`)).body.items.map(
    ({ content }: { content: { text: string } }) => content.text,
  );

describe('the token of a widget', () => {
  const guarded = server.http.table.filter(
    ({ method, access }) => method !== 'OPTIONS' && access !== undefined && access !== 'open',
  );
  const refusals: Record<string, RegExp> = {
    amity: /"code":400100,|^Unauthorized$/,
    xms: /"statusKey":"UNAUTHORIZED"/,
    azeer: /"error":"Unauthorized"/,
    parley: /"code":"UNAUTHORIZED"/,
  };

  it.each(Object.entries(refusals))('is nobody’s on %s, whatever is called', async (name, refusal) => {
    const routes = guarded.filter(({ url }) => surfaceAt(surfaces, url)?.name === name);
    expect(routes.length).toBeGreaterThan(10);
    for (const { method, url } of routes) {
      const path = url
        .replace(/:id|:sessionId/, /contact/.test(url) ? contactId : sessionId)
        .replace(/:\w+|\*$/g, 'anything');
      const answer = await ask(method, path, {
        bearer: widget,
        ...(!/^(GET|HEAD)$/.test(method) && { body: {} }),
      });
      expect(answer.status, `${method} ${path}: ${answer.text}`).toBe(401);
      if (method !== 'HEAD') expect(answer.text, `${method} ${path}`).toMatch(refusal);
    }
    expect(await said()).toEqual(['Between us']);
  });
});

describe('the token of a visitor of Amity', () => {
  it('writes nothing into a conversation of web chat, whichever door it is brought to', async () => {
    const bearer = await own.visitor('somebody');
    const content = { text: 'It was not me' };
    const writes: [string, string, unknown][] = [
      ['POST', '/api/v1/messages', { to: { contactId }, content }],
      ['PATCH', `/api/v1/contacts/${encodeURIComponent(contactId)}`, { profile: { name: 'Nobody' } }],
      ['POST', '/widget/frames', { frames: [{ t: 'msg', cid: 'a', ...content }] }],
      ['POST', '/widget/media?filename=a.txt', 'a text'],
    ];
    for (const [method, path, body] of writes) {
      const answer = await ask(method, path, { bearer, body, headers: { origin } });
      expect(answer.status, `${path}: ${answer.text}`).toBe(403);
    }
    const socket = await openWindow(address, origin, { token: bearer });
    expect(await socket.ends()).toBe(4401);
    expect(socket.heard).toEqual([]);
    const polled = await ask('GET', '/widget/poll', { bearer, headers: { origin } });
    expect(polled.status, polled.text).toBe(403);
    expect(await said()).toEqual(['Between us']);
    const { body: contact } = await api('GET', `/contacts/${encodeURIComponent(contactId)}`);
    expect(JSON.stringify(contact)).not.toContain('Nobody');
  });
});
