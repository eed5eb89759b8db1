import ipaddr from 'ipaddr.js';
import { urlOf } from './web-address.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Addresses that may be called although they are not global: `127.0.0.0/8`, `10.1.0.0/16` … */
export type AllowList = readonly [Address, number][];

/** Reads a list of CIDRs; a bare address stands for itself. Throws one clear sentence for what is none. */
export function parseAllowList(cidrs: readonly string[]): AllowList {
  return cidrs.map((cidr) => {
    try {
      return ipaddr.parseCIDR(
        cidr.includes('/') ? cidr : `${cidr}/${ipaddr.parse(cidr).kind() === 'ipv4' ? 32 : 128}`,
      );
    } catch {
      throw new Error(`"${cidr}" is no address or CIDR, such as 10.0.0.0/8`);
    }
  });
}

/**
 * True when a webhook or a provider call may go to this IP address: it is global, or the operator allows
 * it (reliability.md, "SSRF"). For the address really connected to. Mapped, 6to4 and NAT64 forms count as
 * the IPv4 address in them; what is no address at all is refused.
 */
export function mayReach(address: string, allowed: AllowList): boolean {
  if (!ipaddr.isValid(address)) return false;
  const inner = unwrapped(ipaddr.parse(address));
  return isGlobal(inner) || allowed.some(([net, bits]) => isWithin(inner, net, bits));
}

const globalSix = ipaddr.parseCIDR('2000::/3');
const nat64 = ipaddr.parseCIDR('64:ff9b::/96');
const sixToFour = ipaddr.parseCIDR('2002::/16');

/** In IPv6 only 2000::/3 is global at all: so a range that is set aside later is refused from the start. */
function isGlobal(address: Address): boolean {
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || isWithin(address, ...globalSix));
}

function isWithin(address: Address, net: Address, bits: number): boolean {
  return address.kind() === net.kind() && address.match(net, bits);
}

/** Networks without IPv4 reach IPv4 hosts through NAT64: judged by what is inside, they keep working. */
function unwrapped(address: Address): Address {
  if (address instanceof ipaddr.IPv4) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const fourAt = isWithin(address, ...nat64) ? 12 : isWithin(address, ...sixToFour) ? 2 : undefined;
  return fourAt === undefined ? address : new ipaddr.IPv4(address.toByteArray().slice(fourAt, fourAt + 4));
}

/** Ports whose servers would take lines of a posted body for commands: ftp, ssh, telnet, mail, news, IRC. */
const commandPorts = new Set([
  0, 21, 22, 23, 25, 110, 119, 143, 465, 587, 993, 995, 6665, 6666, 6667, 6668, 6669, 6697,
]);

/** What a target may be. */
export interface TargetRule {
  /** Plain http is accepted too. */
  allowHttp: boolean;
  allowed: AllowList;
}

/**
 * Why this URL cannot be a target, in plain words; undefined when it can. Host names other than localhost
 * are judged later, by what they resolve to when they are called.
 */
export function refuseUrl(url: string, { allowHttp, allowed }: TargetRule): string | undefined {
  if (/[\s\p{Cc}]/u.test(url)) return 'the address must not hold spaces or control characters';
  const target = urlOf(url);
  if (!target) return 'this is no web address';
  const { protocol, username, password, hostname, port } = target;
  if (protocol !== 'https:' && !(protocol === 'http:' && allowHttp)) {
    return 'the address must begin with https://';
  }
  if (username || password) return 'the address must not hold a user name or a password';
  // The URL parser has already turned 127.1, 0x7f000001 and 2130706433 into 127.0.0.1.
  const host = bareHost(hostname);
  if (host === '') return 'the address names no host';
  if (port !== '' && commandPorts.has(Number(port))) return `port ${port} is not one of a web server`;
  const isLocal = host === 'localhost' || host.endsWith('.localhost');
  const literal = isLocal ? '127.0.0.1' : host;
  if (ipaddr.isValid(literal) && !mayReach(literal, allowed)) return inPrivateNetwork;
  return undefined;
}

/** The one reason for every address that is refused for where it is. */
export const inPrivateNetwork = 'the address is in a private or reserved network';

/** A host name without the brackets of IPv6 and without dots at its end. */
function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
}

/** Whose an address is: of IPv6 the network of 64 bits, since every host has all of one to itself. */
export function holderOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return (parsed as ipaddr.IPv6).parts.slice(0, 4).join(':');
}
