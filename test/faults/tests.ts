/** One fault test: what happens, and what must be so all the same. */
export interface FaultTest {
  name: string;
  pass: string;
}

/** The fault tests that this suite runs, by their numbers (reliability.md). */
export const faultTests: Readonly<Record<number, FaultTest>> = {
  1: {
    name: 'kill -9 at random times during sends',
    pass: '0 lost; sent twice: at most what was under way, each marked',
  },
  2: { name: 'kill -9 with the provider down', pass: 'all delivered after the restart' },
  3: {
    name: 'kill -9 between a webhook call and the recording of its answer',
    pass: 'same event id again, never lost',
  },
  4: {
    name: 'database restarted under load',
    pass: '503 with Retry-After, nothing half-written, heals within 10 s',
  },
  5: { name: 'database frozen', pass: 'memory bounded; no duplicate claims after waking' },
  6: { name: 'disk full', pass: 'writes refused with a clear error; heals when space returns' },
  7: { name: 'clock jumps by an hour', pass: 'no signature storm, no early schedule, no stolen lease' },
  8: { name: 'one of several processes killed', pass: 'others take over within 30 s' },
  9: { name: 'SIGTERM in load', pass: 'no 5xx for accepted requests; exit within 10 s' },
  10: {
    name: 'receiver answers late, never, or a byte a second',
    pass: 'the time limit holds; others are told as before',
  },
  11: {
    name: 'a dead endpoint with a mountain of events',
    pass: 'a healthy one beside it is told as before',
  },
  12: { name: '500 for days, then 200', pass: 'disabled, told, replay complete and in order' },
  13: { name: '429 with every kind of Retry-After', pass: 'honoured within the clamp' },
  14: { name: '410; redirects', pass: 'disabled; failure; never followed' },
  15: { name: 'answers without end', pass: 'cut, socket closed' },
  16: { name: 'TLS: expired, wrong host, self-signed', pass: 'refused with a clear reason' },
  17: { name: 'addresses inside', pass: 'all refused, for webhooks and media' },
  18: { name: 'CR, LF, NUL and control characters', pass: '400, or no header injected' },
  19: { name: 'text that is none, and text that is much', pass: 'refused, or stored exactly' },
  20: { name: 'JSON that is none, or too much', pass: '400 or 413, and others are served' },
  21: { name: 'signatures that are not good', pass: 'all refused' },
  22: { name: 'a secret is replaced', pass: 'old one accepted inside the overlap; refused after it' },
  23: { name: 'key: expired, revoked, wrong scope, other business', pass: '401 or 403' },
  24: { name: 'every route with ids of another business', pass: '404 always' },
  25: {
    name: 'idempotency: 100 at once, other body, after a crash, 256 characters',
    pass: 'one effect; 422; stored answer; 400',
  },
  26: {
    name: 'provider webhook: repeated, huge, unknown, half valid',
    pass: 'one effect; parsed; acknowledged; valid half applied',
  },
  27: { name: 'statuses in every order', pass: 'same final state' },
  28: { name: '50 first messages at once', pass: '1 contact, 1 open session, 50 messages' },
  29: {
    name: 'template with wrong parameters, paused, wrong media',
    pass: 'refused before the send, field named',
  },
  35: { name: 'live socket: cut, slow, idle', pass: 'no gap; the slow one dropped; memory bounded' },
  37: { name: 'work that throws each time', pass: 'ends with its reason; others go on' },
  38: {
    name: 'two servers on one database, one cut off',
    pass: 'no double send beyond what was under way, each marked',
  },
  39: { name: 'upgrade killed in mid-migration', pass: 'the restart completes it' },
  41: { name: 'forged X-Forwarded-For; slowloris', pass: 'limits hold; others served' },
  42: { name: 'kill -9 while figures are counted', pass: 'as a plain count over the messages' },
};
