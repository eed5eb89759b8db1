import { createHash, createHmac } from 'node:crypto';
import { urlOf } from '../../model/web-address.ts';
import type { WebhookRequest } from '../channel.ts';
import { sameText } from '../signature.ts';

/**
 * True when Twilio signed the request: base64 of HMAC-SHA1 over the address and every parameter of the form,
 * name and value, sorted by name (channels.md 3.2). A body that is no form is not signed itself: the address
 * carries its SHA-256. The address counts with and without its standard port, since proxies differ in that.
 */
export function isSigned(
  { headers, query, body }: WebhookRequest,
  address: string,
  authToken: string,
): boolean {
  const told = headers['x-twilio-signature'];
  if (!told || !authToken) return false;
  const isForm = /^application\/x-www-form-urlencoded/i.test(headers['content-type'] ?? '');
  if (!isForm && body.length > 0) {
    const digest = createHash('sha256').update(body).digest('hex');
    if (!sameText(query.bodySHA256?.toLowerCase() ?? '', digest)) return false;
  }
  const parameters = isForm ? sorted(new URLSearchParams(body.toString('utf8'))) : '';
  return spellings(address).some((spelling) =>
    sameText(
      told,
      createHmac('sha1', authToken)
        .update(spelling + parameters)
        .digest('base64'),
    ),
  );
}

/** Names in the order of their letters; of a name that comes twice, each value once, in the order of these. */
function sorted(form: URLSearchParams): string {
  const names = [...new Set(form.keys())].sort();
  return names
    .map((name) =>
      [...new Set(form.getAll(name))]
        .sort()
        .map((value) => name + value)
        .join(''),
    )
    .join('');
}

function spellings(address: string): string[] {
  const url = urlOf(address);
  if (!url) return [address];
  const port = url.protocol === 'https:' ? '443' : '80';
  const start = address.indexOf('://') + 3;
  const end = start + (address.slice(start).match(/^[^/?#]*/)?.[0].length ?? 0);
  const host = address.slice(start, end).replace(/:\d+$/, '');
  const with_ = (authority: string) => address.slice(0, start) + authority + address.slice(end);
  return [...new Set([address, with_(host), with_(`${host}:${url.port || port}`)])];
}
