import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Problem } from '../model/problem.ts';

interface Cost {
  N: number;
  r: number;
  p: number;
}

const scryptAsync = promisify<string, Buffer, number, Cost & { maxmem: number }, Buffer>(scrypt);
/** OWASP's choice now; 32 MiB and a few tenths of a second for each. */
const cost: Cost = { N: 32_768, r: 8, p: 3 };
const maxmem = 64 * 1024 * 1024;

/** Hashing takes a thread and memory: so many at once, the others wait, and beyond that nobody may. */
const mostAtOnce = 2;
const mostWaiting = 100;
let busy = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (waiting.length >= mostWaiting) {
    throw new Problem('unavailable', 'Too many sign in at this moment: try again', {
      code: 'BUSY',
      retryAfterSeconds: 5,
    });
  }
  if (busy >= mostAtOnce) await new Promise<void>((go) => waiting.push(go));
  else busy += 1;
  try {
    return await work();
  } finally {
    // Whoever waits longest takes the place over.
    const next = waiting.shift();
    if (next) next();
    else busy -= 1;
  }
}

/** `scrypt$N$r$p$salt$hash`: the parameters stand with the hash, so that they can grow. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await inTurn(() => scryptAsync(password.normalize('NFKC'), salt, 32, { ...cost, maxmem }));
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64'), hash.toString('base64')].join('$');
}

const nobodys = [
  'scrypt',
  cost.N,
  cost.r,
  cost.p,
  randomBytes(16).toString('base64'),
  randomBytes(32).toString('base64'),
];

/**
 * Whether a password is the one of a hash. Without a hash it is wrong, and takes as long: nobody learns from the time
 * whether there is such an account.
 */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [kind, N, r, p, salt, hash] = stored?.split('$') ?? nobodys.map(String);
  if (kind !== 'scrypt' || !salt || !hash) return false;
  const wanted = Buffer.from(hash, 'base64');
  const given = await inTurn(() =>
    scryptAsync(password.normalize('NFKC'), Buffer.from(salt, 'base64'), wanted.length, {
      N: Number(N),
      r: Number(r),
      p: Number(p),
      maxmem,
    }),
  );
  return timingSafeEqual(given, wanted) && stored !== undefined;
}
