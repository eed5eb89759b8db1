/** Sends a text over the sandbox of the first start; answers the id of the message. */
export async function sendOverSandbox(url: string, apiKey: string, text: string): Promise<string> {
  const response = await fetch(`${url}/xms/api/v1/message/send`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
    body: JSON.stringify({
      channelId: 'dummy:sandbox',
      to: { phone: '966500000000' },
      type: 'text',
      text: { body: text },
    }),
  });
  const answer = (await response.json()) as { statusKey: string; results: { id: string }[] };
  if (response.status !== 200) throw new Refused(response.status, JSON.stringify(answer));
  return answer.results[0]!.id;
}

/** The server would not take it. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, answer: string) {
    super(`${status}: ${answer}`);
    this.status = status;
  }
}
