/**
 * Who may use which route of /api/v1, by the least role that may: what is decided, beside what the routes declare
 * (docs/access.md). `seesAll`: an agent whom the business lets see every session, and everybody above. `nobody`: keys alone.
 */
export type Least = 'agent' | 'seesAll' | 'supervisor' | 'admin' | 'nobody';

const routes: Readonly<Record<Least, string>> = {
  agent: `
    POST /sign-in
    POST /sign-in/link
    POST /sign-in/password
    POST /sign-out
    POST /sign-out/everywhere
    GET /me
    PUT /me/profile
    PUT /me/preferences
    PUT /me/password
    GET /me/sign-ins
    DELETE /me/sign-ins/:id
    POST /me/totp
    PUT /me/totp
    DELETE /me/totp
    GET /inbox/setup
    GET /inbox/sessions
    GET /inbox/counts
    GET /inbox/sessions/:id
    GET /inbox/sessions/:id/messages
    POST /inbox/sessions/:id/messages
    POST /inbox/sessions/:id/messages/:message/retry
    DELETE /inbox/sessions/:id/messages/:message
    POST /inbox/sessions/:id/notes
    GET /inbox/sessions/:id/holder
    PUT /inbox/sessions/:id/holder
    POST /inbox/sessions/:id/claim
    POST /inbox/sessions/:id/resolve
    POST /inbox/sessions/:id/close
    POST /inbox/sessions/:id/reopen
    POST /inbox/sessions/:id/undo
    PUT /inbox/sessions/:id/snooze
    DELETE /inbox/sessions/:id/snooze
    PUT /inbox/sessions/:id/read
    DELETE /inbox/sessions/:id/read
    PUT /inbox/sessions/:id/drafts/:mode
    DELETE /inbox/sessions/:id/drafts/:mode
    GET /inbox/templates
    POST /inbox/sessions/:id/preview
    GET /inbox/contacts
    GET /inbox/contacts/:id
    PUT /inbox/contacts/:id
    PUT /inbox/contacts/:id/tags
    PUT /inbox/contacts/:id/owner
    GET /inbox/contacts/:id/sessions
    GET /inbox/contacts/:id/events
    POST /inbox/contacts/:id/messages
    POST /inbox/contacts/:id/preview
    GET /inbox/search
    GET /inbox/canned-answers
    PUT /inbox/canned-answers/:code
    DELETE /inbox/canned-answers/:code
    GET /inbox/simulator/channels
    GET /inbox/simulator/:channel/phones/:csid
    POST /inbox/simulator/:channel/phones/:csid/messages
    PUT /inbox/simulator/:channel/phones/:csid/switches
    POST /inbox/simulator/:channel/phones/:csid/receipts
    POST /inbox/simulator/:channel/phones/:csid/subscribe
    PUT /inbox/simulator/:channel/provider
    GET /events`,
  seesAll: `
    GET /business
    GET /apps
    GET /apps/:code
    GET /queues
    GET /queues/:code
    GET /teams
    GET /teams/:code
    GET /agents
    GET /agents/:code
    GET /tags
    GET /tags/:id
    GET /custom-fields
    GET /custom-fields/:key
    GET /canned-answers
    GET /canned-answers/:code
    GET /channel-states
    GET /channel-types
    GET /channel-types/:type
    GET /channels
    GET /channels/:id
    GET /channels/:id/health
    GET /templates
    GET /templates/:code/:lang
    GET /templates/:code/:lang/approvals/:channel
    GET /vars
    GET /vars/:key
    GET /end-users
    GET /end-users/:id
    GET /contacts
    GET /contacts/:id
    POST /contacts
    PUT /contacts/:id/tags
    POST /contacts/:id/tags
    PUT /contacts/:id/owner
    GET /sessions
    GET /sessions/:id
    GET /sessions/:id/messages
    GET /messages
    GET /messages/:id
    GET /messages/:id/why
    POST /messages
    POST /messages/bulk
    POST /messages/preview
    POST /messages/delete
    DELETE /messages/:id
    GET /media/:id
    POST /media`,
  supervisor: `
    PUT /canned-answers/:code
    DELETE /canned-answers/:code
    GET /analytics/overview
    GET /analytics/messages
    GET /analytics/sessions
    GET /analytics/webhooks`,
  admin: `
    PATCH /business
    PUT /apps/:code
    DELETE /apps/:code
    GET /keys
    POST /keys
    DELETE /keys/:id
    GET /access-tokens
    DELETE /access-tokens/:id
    PUT /queues/:code
    DELETE /queues/:code
    PUT /teams/:code
    DELETE /teams/:code
    PUT /agents/:code
    DELETE /agents/:code
    GET /agents/:code/access
    GET /surfaces
    GET /endpoints/health
    GET /endpoints/:id/health
    GET /endpoints/:id/replay
    GET /endpoints/:id/sample
    POST /endpoints/:id/test
    POST /agents/:code/link
    DELETE /agents/:code/sign-ins
    DELETE /agents/:code/totp
    POST /tags
    PATCH /tags/:id
    DELETE /tags/:id
    PUT /custom-fields/:key
    DELETE /custom-fields/:key
    PUT /channels/:id
    DELETE /channels/:id
    POST /channels/:id/test
    POST /channel-types/:type/test
    POST /templates/check
    POST /templates/:code/:lang/approvals/:channel/submit
    GET /channels/:id/templates
    POST /channels/:id/templates/sync
    POST /channels/:id/templates/import
    PUT /templates/:code/:lang
    PUT /templates/:code/:lang/approvals/:channel
    DELETE /templates/:code/:lang
    PUT /vars/:key
    DELETE /vars/:key
    GET /endpoints
    GET /endpoints/:id
    POST /endpoints
    PATCH /endpoints/:id
    POST /endpoints/:id/rotate
    POST /endpoints/:id/enable
    DELETE /endpoints/:id
    GET /endpoints/:id/deliveries
    GET /endpoints/:id/deliveries/:seq
    POST /endpoints/:id/replay
    POST /end-users/:id/ban
    POST /end-users/:id/unban
    DELETE /end-users/:id/access-tokens
    POST /visitor-secret
    GET /audit
    GET /audit/:id
    POST /apply`,
  nobody: `
    GET /businesses
    POST /businesses
    GET /invariants`,
};

/** By route, `GET /tags`: the least role that may use it. */
export const leastRole: ReadonlyMap<string, Least> = new Map(
  Object.entries(routes).flatMap(([least, text]) =>
    text
      .trim()
      .split('\n')
      .map((line): [string, Least] => [line.trim(), least as Least]),
  ),
);

/** How many lines there are: one that stands there twice is in the map once. */
export const manyLines = Object.values(routes).join('\n').trim().split(/\n+/).length;
