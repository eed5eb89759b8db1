import { describe, expect, it } from 'vitest';
import { mayReach, parseAllowList, refuseUrl } from '../../src/model/address.ts';

/** First and last address of every range that is not global, and the forms in which they hide. */
const notGlobal = `
  0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 127.255.255.255
  169.254.0.0 169.254.169.254 172.16.0.0 172.31.255.255 192.0.0.0 192.0.0.255 192.0.2.1 192.88.99.1
  192.168.0.0 192.168.255.255 198.18.0.0 198.19.255.255 198.51.100.1 203.0.113.255 224.0.0.1
  239.255.255.255 240.0.0.1 255.255.255.255
  :: ::1 ::808:808 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:a9fe:a9fe ::ffff:0:127.0.0.1
  64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b::10.1.2.3 64:ff9b:1::1 64:ff9b:1::8.8.8.8 100::1
  2001::1 2001:0:53aa:64c::1 2001:2::1 2001:10::1 2001:20::1 2001:1ff:ffff::1 2001:db8::1 2002:7f00:1::
  2002:a00:1:: 2002:a9fe:a9fe::1 3fff::1 3fff:fff:ffff::1 4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1
  fe80::1%eth0 febf::1 fec0::1 ff00::1 ff02::1 ffff::1
`;
const global = `
  1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1
  169.253.255.255 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255 198.17.255.255 198.20.0.0
  223.255.255.255 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2001:200::1 2001:4860:4860::8888 2002:808:808::1
  2606:4700::1111 2a00:1450::1 3ffe::1
`;
const words = (text: string) => text.trim().split(/\s+/);

describe('mayReach', () => {
  it.each(words(notGlobal))('refuses %s', (address) => {
    expect(mayReach(address, [])).toBe(false);
  });

  it.each(words(global))('allows %s', (address) => {
    expect(mayReach(address, [])).toBe(true);
  });

  it.each(['', 'localhost', 'example.com', '1.2.3.4.5', '::g'])('refuses %j, which is no address', (text) => {
    expect(mayReach(text, parseAllowList(['0.0.0.0/0', '::/0']))).toBe(false);
  });

  it('allows what the operator allows, in every form of it, and nothing beside it', () => {
    const allowed = parseAllowList(['10.1.0.0/16', '127.0.0.1', '::1', 'fd00::/8']);
    const reached = ['10.1.255.255', '127.0.0.1', '::1', 'fd12::1', '::ffff:10.1.2.3', '64:ff9b::10.1.2.3'];
    for (const address of reached) expect(mayReach(address, allowed), address).toBe(true);
    const others = ['10.2.0.0', '127.0.0.2', '::2', 'fc00::1', '::ffff:10.2.0.0', '169.254.169.254'];
    for (const address of others) expect(mayReach(address, allowed), address).toBe(false);
  });

  it.each(['10.0.0.0/33', 'ten', '10.0.0.0/', '::1/129', 'example.com/8', ''])(
    'says that %j is no CIDR',
    (cidr) => {
      expect(() => parseAllowList([cidr])).toThrow(`"${cidr}" is no address or CIDR`);
    },
  );
});

describe('refuseUrl', () => {
  const rule = { allowHttp: false, allowed: parseAllowList([]) };
  const isPrivate = 'the address is in a private or reserved network';

  it.each([
    'https://127.1/',
    'https://127.0.0.1./',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://2130706433/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]:8443/',
    'https://[64:ff9b::169.254.169.254]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.8/',
    'https://0/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://localhost../',
    'https://hook.localhost/',
    'https://%31%32%37.0.0.1/',
    'https://１２７.0.0.1/',
    'https:127.0.0.1',
    'https:\\\\127.0.0.1\\',
    'https:///127.0.0.1/',
  ])('refuses %s for where it is', (url) => {
    expect(refuseUrl(url, rule)).toBe(isPrivate);
  });

  it.each([
    ['nowebaddress', 'this is no web address'],
    ['https://', 'this is no web address'],
    ['https://127.0.0.1.5.6/', 'this is no web address'],
    ['https://./', 'the address names no host'],
    ['http://example.com/', 'the address must begin with https://'],
    ['ftp://example.com/', 'the address must begin with https://'],
    ['file:///etc/passwd', 'the address must begin with https://'],
    ['gopher://127.0.0.1:6379/_FLUSHALL', 'the address must begin with https://'],
    ['javascript:alert(1)', 'the address must begin with https://'],
    ['https://example.com@127.0.0.1/', 'the address must not hold a user name or a password'],
    ['https://:secret@example.com/', 'the address must not hold a user name or a password'],
    ['https://example.com\\@127.0.0.1/', undefined],
    ['https://example.com:25/', 'port 25 is not one of a web server'],
    ['https://example.com:0/', 'port 0 is not one of a web server'],
    ['https://exam\nple.com/', 'the address must not hold spaces or control characters'],
    ['https://example.com/\r\nhost: evil', 'the address must not hold spaces or control characters'],
    ['https://example.com/\u0000', 'the address must not hold spaces or control characters'],
    ['https://example.com/hook?a=b#c', undefined],
    ['https://example.com.:8443/hook', undefined],
    ['https://8.8.8.8/', undefined],
    ['https://[2606:4700::1111]/', undefined],
    ['https://bücher.example/', undefined],
  ])('%j: %s', (url, reason) => {
    expect(refuseUrl(url, rule)).toBe(reason);
  });

  it('allows plain http and private networks where the operator does', () => {
    const home = { allowHttp: true, allowed: parseAllowList(['127.0.0.0/8']) };
    expect(refuseUrl('http://127.0.0.1:8080/hook', home)).toBeUndefined();
    expect(refuseUrl('http://localhost:8080/hook', home)).toBeUndefined();
    expect(refuseUrl('http://[::1]:8080/hook', home)).toBe(isPrivate);
    expect(refuseUrl('https://10.0.0.1/hook', home)).toBe(isPrivate);
  });
});
