/** Addresses that lead inside, however they are written; PORT is a port of this machine (fault test 17). */
export const insideTargets: readonly string[] = [
  'http://127.0.0.1:PORT/',
  'http://127.1:PORT/',
  'http://0x7f000001:PORT/',
  'http://2130706433:PORT/',
  'http://0177.1:PORT/',
  'http://0:PORT/',
  'http://[::1]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://[64:ff9b::127.0.0.1]:PORT/',
  'http://[2002:7f00:1::]:PORT/',
  'http://169.254.169.254/latest/meta-data/',
  'http://10.0.0.1:PORT/',
  'http://localhost:PORT/',
  'http://localhost.:PORT/',
  'http://inside.example:PORT/',
  'http://six.example:PORT/',
];

/** What is no web address, or pretends to be another one. */
export const strangeTargets: readonly string[] = [
  'http://example.com@127.0.0.1:PORT/',
  'file:///etc/passwd',
  'nonsense',
  'http:///',
];
