/** The ladder of a message's life (xms.md section 4, "Delivery status"), with the rank of each code. */
const ranks = {
  STATUS_FORWARD_ERR: -1,
  SCHLD: 0,
  CRTD: 10,
  INIT: 20,
  SENT: 30,
  RECEIVD: 35,
  FORWARD_ERR: 36,
  FORWARDED: 37,
  SENTX: 40,
  NSENT: 41,
  LIMIT: 42,
  SENT_EXC: 43,
  SENT_ERR: 44,
  FAILD: 45,
  SENTX_ERR: 46,
  CCWIN: 47,
  BLCKD: 48,
  DLVRD: 50,
  READ: 60,
  DELTD: 70,
} as const;

export type Status = keyof typeof ranks;

/** The codes that leave the house in webhooks. */
export type ShortStatus = 'SENT' | 'DLVRD' | 'READ' | 'FAILD' | 'DELTD';

/** All codes with their rank, lowest first: the database has the same table as `status_rank()`. */
export const statusRanks: Readonly<Record<Status, number>> = ranks;

/**
 * True when `next` may replace `current`. A status is a fold by highest rank, so the same receipts in
 * any order end in the same status (decision D26).
 */
export function advances(current: Status, next: Status): boolean {
  return ranks[next] > ranks[current];
}

const shorts: Partial<Record<Status, ShortStatus>> = {
  SENTX: 'SENT',
  DLVRD: 'DLVRD',
  READ: 'READ',
  NSENT: 'FAILD',
  BLCKD: 'FAILD',
  LIMIT: 'FAILD',
  SENT_ERR: 'FAILD',
  SENT_EXC: 'FAILD',
  SENTX_ERR: 'FAILD',
  CCWIN: 'FAILD',
  FAILD: 'FAILD',
  DELTD: 'DELTD',
};

/** The short code that a webhook tells for a long one (decision D25); undefined when nothing is told. */
export function shortStatus(status: Status): ShortStatus | undefined {
  return shorts[status];
}

/** Status code → epoch ms at which it was first reached. */
export type Stamps = Partial<Record<Status, number>>;

/**
 * The short codes that a message reached for the first time when its stamps grew to `stamps`, in the order
 * of their rank: each is told at most once in its life (decision D26). What comes too late to move the
 * status is not told.
 */
export function newShortCodes(
  before: { status: Status; stamps: Stamps },
  stamps: Stamps,
): { short: ShortStatus; status: Status }[] {
  const told = new Set(Object.keys(before.stamps).map((status) => shortStatus(status as Status)));
  const reached = (Object.keys(stamps) as Status[])
    .filter((status) => before.stamps[status] === undefined && advances(before.status, status))
    .sort((a, b) => ranks[a] - ranks[b]);
  const codes: { short: ShortStatus; status: Status }[] = [];
  for (const status of reached) {
    const short = shortStatus(status);
    if (!short || told.has(short)) continue;
    told.add(short);
    codes.push({ short, status });
  }
  return codes;
}

/** What a provider reports about a message that it accepted. */
export type ReceiptStatus = 'SENTX' | 'DLVRD' | 'READ' | 'SENTX_ERR' | 'CCWIN' | 'BLCKD' | 'LIMIT' | 'DELTD';
