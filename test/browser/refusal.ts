import type { Page, Route } from 'playwright-core';

/** Where the messages of a conversation are read and written. */
export const messagesOf = (session: string) => `**/inbox/sessions/${session}/messages`;

export const isPost = (route: Route) => route.request().method() === 'POST';

/** As the server refuses. */
export const refusal = (
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
) => ({
  status,
  headers,
  contentType: 'application/json',
  body: JSON.stringify({ error: { code, message, fields: [{ code, message }] }, traceId: 'trace-1' }),
});

/** Has the server refuse what is sent in a conversation. */
export const refuse = (page: Page, session: string) =>
  page.route(messagesOf(session), (route) =>
    isPost(route) ? route.fulfill(refusal(400, 'INVALID', 'Not like this')) : route.continue(),
  );

/** What the server has of a conversation. */
export async function told<T>(page: Page, path: string): Promise<T> {
  const answer = await page.request.get(`/api/v1/inbox/sessions/${path}`);
  return (await answer.json()) as T;
}

/** The texts in a conversation, as the server has them. */
export async function said(page: Page, session: string): Promise<string[]> {
  const { items } = await told<{ items: { content: { text?: string } }[] }>(page, `${session}/messages`);
  return items.map(({ content }) => content.text ?? '');
}
