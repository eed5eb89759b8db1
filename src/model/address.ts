import ipaddr from 'ipaddr.js';

/** Addresses that may be called although they are not global: `127.0.0.0/8`, `10.1.0.0/16` … */
export type AllowList = readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];

/** Reads a list of CIDRs. Throws one clear sentence for what is none. */
export function parseAllowList(cidrs: readonly string[]): AllowList {
  return cidrs.map((cidr) => {
    try {
      return ipaddr.parseCIDR(cidr.includes('/') ? cidr : `${cidr}/${ipaddr.parse(cidr).kind() === 'ipv4' ? 32 : 128}`);
    } catch {
      throw new Error(`"${cidr}" is no address or CIDR, such as 10.0.0.0/8`);
    }
  });
}

/**
 * True when a webhook or a provider call may go to this address: it is global, or the operator allows
 * it. Judged on the address really connected to; mapped, 6to4 and NAT64 forms count as what is in them.
 */
export function mayReach(address: string, allowed: AllowList): boolean {
  if (!ipaddr.isValid(address)) return false;
  const inner = unwrapped(ipaddr.parse(address));
  if (allowed.some(([net, bits]) => net.kind() === inner.kind() && inner.match(net, bits))) return true;
  return inner.range() === 'unicast' && !isSpecial(inner);
}

function unwrapped(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address.kind() === 'ipv4') return address;
  const six = address as ipaddr.IPv6;
  if (six.isIPv4MappedAddress()) return six.toIPv4Address();
  const bytes = six.toByteArray();
  const four = (at: number) => new ipaddr.IPv4(bytes.slice(at, at + 4));
  if (six.match(ipaddr.IPv6.parse('64:ff9b::'), 96) || six.match(ipaddr.IPv6.parse('::'), 96)) {
    // ::1 and :: stay what they are; ::a.b.c.d is an old way to write an IPv4 address.
    return bytes.slice(12).some((byte, i) => (i < 3 ? byte !== 0 : byte > 1)) ? four(12) : six;
  }
  return six.match(ipaddr.IPv6.parse('2002::'), 16) ? four(2) : six;
}

// Ranges that are not global although ipaddr.js files some of them under unicast.
const special = [
  '0.0.0.0/8', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24',
  '203.0.113.0/24', '240.0.0.0/4', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '3fff::/20',
  '5f00::/16', 'fec0::/10',
].map((cidr) => ipaddr.parseCIDR(cidr));

function isSpecial(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return special.some(([net, bits]) => net.kind() === address.kind() && address.match(net, bits));
}

/**
 * Why an address may not be called at all, in plain words; undefined when it may. Names are judged
 * later, by what they resolve to.
 */
export function refuseUrl(url: string, rule: { allowHttp: boolean; allowed: AllowList }): string | undefined {
  if (!URL.canParse(url)) return 'this is no web address';
  const { protocol, username, password, hostname } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return 'the address must begin with https://';
  if (username || password) return 'the address must not hold a user name or a password';
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
  if (host === '') return 'the address names no host';
  const literal = ipaddr.isValid(host);
  const isLocal = host === 'localhost' || host.endsWith('.localhost');
  const reachable = literal ? mayReach(host, rule.allowed) : !isLocal || mayReach('127.0.0.1', rule.allowed);
  if (!reachable) return 'the address is in a private or reserved network';
  if (protocol === 'http:' && !rule.allowHttp) return 'the address must begin with https://';
  return undefined;
}
