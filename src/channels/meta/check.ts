import type { Call, CallResponse } from '../channel.ts';
import {
  asked,
  askedBesides,
  type CheckTools,
  type Finding,
  isWrong,
  notice,
  well,
  wrong,
} from '../check.ts';
import { appSecretFindings, type GraphQuestion, graphRefusal, graphThing } from '../graph.ts';
import { isObject, listOf, objectOf, textOf } from '../json.ts';
import type { FacebookAccount, InstagramAccount } from './account.ts';
import { type Door, facebookDoor, instagramDoor } from './door.ts';
import { classOfCode } from './errors.ts';

/** Asks Meta whose token it is, whether an app hears the page, and whether the secret is the one of the app. */
export async function checkFacebook(account: FacebookAccount, { call }: CheckTools): Promise<Finding[]> {
  const question = questionOf(facebookDoor(account), call);
  const page = await asked({ credentials: 'accessToken', address: 'apiBase' }, async () => {
    const { id, name } = await graphThing({ ...question, url: `${question.url}?fields=id,name` });
    return ownFindings(textOf(id), account.pageId, 'pageId', `the page ${nameOf(name, id)}`);
  });
  if (isWrong(page)) return page;
  const [secret, apps] = [await appSecretFindings(question, account), await hearing(question)];
  return [...page, ...secret, ...apps];
}

/** Whether the page tells an app what people write. Tokens without the right to ask leave it open. */
function hearing(question: GraphQuestion): Promise<Finding[]> {
  return askedBesides(async () => {
    const { data } = await graphThing({
      ...question,
      url: `${question.url}/subscribed_apps?fields=subscribed_fields`,
    });
    const fields = listOf(data).flatMap((app) => listOf(objectOf(app).subscribed_fields));
    // The fields are told as names, or as things with a name.
    const names = fields.map((one) => (isObject(one) ? textOf(one.name) : textOf(one)));
    if (names.includes('messages')) return [well('The page tells an app what people write.')];
    return [
      notice('The page tells no app what people write: nothing comes in.', {
        field: 'webhookUrl',
        cure: 'At Meta: your app, Messenger, Settings. Add the page below the webhook, and subscribe it to messages.',
      }),
    ];
  });
}

/** Asks whose token it is: of the page with the account behind it, or of the account itself. */
export async function checkInstagram(account: InstagramAccount, { call }: CheckTools): Promise<Finding[]> {
  const { accountId, pageId, login } = account;
  const byPage = login === 'page';
  const question = questionOf(instagramDoor(account), call);
  const fields = byPage ? 'id,name,instagram_business_account{id,username}' : 'user_id,username';
  const blame = { credentials: 'accessToken', address: byPage ? 'apiBase' : 'instagramBase' };
  const who = await asked(blame, async () => {
    const told = await graphThing({
      ...question,
      url: `${question.url}?fields=${encodeURIComponent(fields)}`,
    });
    const own = byPage ? objectOf(told.instagram_business_account) : told;
    const id = textOf(byPage ? own.id : own.user_id);
    if (byPage && id === undefined)
      return wrong(`No account at Instagram is linked to the page ${nameOf(told.name, told.id)}.`, {
        field: 'accountId',
        class: 'CONFIG',
        cure: 'Link the professional account to the page, at Facebook in the settings of the page, and make the token anew.',
      });
    return [
      ...(byPage && pageId !== undefined
        ? ownFindings(textOf(told.id), pageId, 'pageId', `the page ${nameOf(told.name, told.id)}`)
        : []),
      ...ownFindings(id, accountId, 'accountId', `the account ${nameOf(own.username, id)}`),
    ];
  });
  // Instagram's own login has another secret, and takes no proof of it.
  if (isWrong(who) || !byPage) return who;
  return [...who, ...(await appSecretFindings(question, account))];
}

/** Questions about whom the token is of. */
function questionOf({ me: url, headers, secrets }: Door, call: Call): GraphQuestion {
  const refusal = (answer: CallResponse) => graphRefusal(answer, classOfCode, secrets);
  return { url, headers, call, refusal };
}

const nameOf = (name: unknown, id: unknown) => `“${textOf(name) ?? textOf(id) ?? '?'}”`;

/** Whether the token is of what the settings name. */
function ownFindings(told: string | undefined, wanted: string, field: string, of: string): Finding[] {
  if (told === wanted) return [well(`The access token is of ${of}.`)];
  return [
    wrong(`The access token is of ${of}, whose id is ${told ?? 'not told'}, and not of ${wanted}.`, {
      field,
      class: 'CONFIG',
      cure: 'Correct this id, or enter the access token that belongs to it.',
    }),
  ];
}
