import { randomBytes } from 'node:crypto';
import { differences } from '../model/audit.ts';
import { invalid, notFound, Problem } from '../model/problem.ts';
import * as accounts from '../store/agent-passwords.ts';
import type { LinkKind } from '../store/sign-in-links.ts';
import * as store from '../store/sign-in-links.ts';
import * as signIns from '../store/sign-ins.ts';
import { audit } from './audit.ts';
import { changeOnce } from './idempotency.ts';
import { assertStrong } from './own-password.ts';
import { hashPassword } from './passwords.ts';
import { linkPrefix, openSignIn, type SignInContext, type SignIns } from './sign-ins.ts';

/** How long a link is good, hours. */
const hours = { invitation: 72, reset: 24 };

/** Links with which agents choose a password. Nothing is mailed: whoever made one hands it over. */
export function makeLinks(ctx: SignInContext): Pick<SignIns, 'makeLink' | 'lookAtLink' | 'choosePassword'> {
  const { db, seal } = ctx;
  const find = async (token: string) => {
    for (const hash of token.length > 100 ? [] : [seal.hash(token), ...seal.formerHashes(token)]) {
      const link = await store.find(db, hash);
      if (!link) continue;
      const { business, agents } = await ctx.setup(link.businessId);
      const agent = agents.get(link.agentCode);
      if (agent) return { hash, link, business, agent };
    }
    throw deadLink();
  };
  return {
    async makeLink(by, agentCode) {
      const { businessId } = by;
      const agent = (await ctx.setup(businessId)).agents.get(agentCode);
      if (!agent) throw notFound('agent', 'AGENT_NOT_FOUND', 'There is no such agent.');
      if (!agent.active) throw invalid('agent', 'This agent is not active', { code: 'INACTIVE_AGENT' });
      if (agent.email === undefined)
        throw invalid('agent', 'This agent has no e-mail address to sign in with', { code: 'NO_EMAIL' });
      const made = await changeOnce(ctx, async (tx) => {
        const kind: LinkKind = (await accounts.find(tx, businessId, agentCode)) ? 'reset' : 'invitation';
        const token = `${linkPrefix}${randomBytes(32).toString('base64url')}`;
        const link = { businessId, agentCode, hash: seal.hash(token), kind, hours: hours[kind] };
        const expiresAt = await store.put(tx, link);
        const changes = differences(undefined, { kind, expiresAt });
        await audit(tx, by, [{ what: 'agent.linkCreated', id: agentCode, name: agent.name, changes }]);
        return { kind, token, expiresAt };
      });
      // In the fragment: what stands there is sent to no server, and written into no log.
      return { url: new URL(`/join#token=${made.token}`, ctx.publicUrl).href, ...made };
    },
    async lookAtLink(token) {
      const { link, business, agent } = await find(token);
      const { kind, expiresAt } = link;
      const { domain, name } = business;
      return { kind, expiresAt, business: { domain, name }, name: agent.name, email: agent.email ?? '' };
    },
    async choosePassword(token, password, how) {
      const { hash, link, agent } = await find(token);
      assertStrong(password, agent.email);
      const passwordHash = await hashPassword(password);
      const { businessId, agentCode } = link;
      return db.transaction(async (tx) => {
        if (!(await store.use(tx, hash))) throw deadLink();
        await accounts.put(tx, businessId, agentCode, passwordHash);
        await signIns.dropAll(tx, businessId, agentCode);
        const signedIn = await openSignIn(ctx, tx, { businessId, agentCode }, how);
        const changes = [{ field: 'link', before: link.kind }];
        await audit(tx, signedIn.caller, [{ what: 'agent.passwordChanged', id: agentCode, changes }]);
        return signedIn;
      });
    },
  };
}

function deadLink(): Problem {
  return new Problem('unauthorized', 'This link is not known, was used, or is too old: ask for another one', {
    field: 'token',
    code: 'DEAD_LINK',
  });
}
