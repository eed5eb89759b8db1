// Loaded into Parley before its own code (NODE_OPTIONS=--import=…), to be where a test cannot reach by the
// network: the wall clock of the process, and its name server.
//   FAULTS_CLOCK  a file with the ms by which the clock is wrong
//   FAULTS_NAMES  a file with a JSON object: host names, and the addresses that they are answered with in turn

import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { FAULTS_CLOCK: clock, FAULTS_NAMES: names } = process.env;

function read(file, otherwise) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return otherwise;
  }
}

if (clock) {
  const Right = Date;
  let wrongBy = read(clock, 0);
  setInterval(() => {
    wrongBy = read(clock, wrongBy);
  }, 50).unref();
  globalThis.Date = class extends Right {
    constructor(...given) {
      if (given.length > 0) super(...given);
      else super(Right.now() + wrongBy);
    }
    static now() {
      return Right.now() + wrongBy;
    }
  };
}

if (names) {
  const { lookup } = dns;
  const asked = new Map();
  dns.lookup = (host, options, done) => {
    const answers = read(names, {})[host];
    if (!answers) return lookup(host, options, done);
    const n = asked.get(host) ?? 0;
    asked.set(host, n + 1);
    const address = answers[n % answers.length];
    const family = address.includes(':') ? 6 : 4;
    setImmediate(() => (options.all ? done(null, [{ address, family }]) : done(null, address, family)));
  };
  syncBuiltinESMExports();
}
