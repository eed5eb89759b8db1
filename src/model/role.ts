/**
 * What a process does of the whole work: `api` answers callers and providers, `worker` sends, fetches files
 * and sweeps, `webhooks` calls webhooks, `live` serves sockets.
 */
export const roles = ['api', 'worker', 'webhooks', 'live'] as const;
export type Role = (typeof roles)[number];
