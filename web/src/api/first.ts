/** For how long what came with the page is as good as what the server would answer now, ms since the page began. */
const goodForMs = 10_000;

/** The answers to the first calls, which came with the page (`src/web.ts`), by path. */
let answers = read();

function read(): Record<string, unknown> {
  try {
    return JSON.parse(document.getElementById('first')?.textContent ?? '{}');
  } catch {
    // Built, but served by something else than our server.
    return {};
  }
}

/** What came with the page in answer to this call, once; later the server is asked. */
export function firstAnswer(path: string): unknown {
  if (performance.now() > goodForMs) answers = {};
  const answer = answers[path];
  delete answers[path];
  return answer;
}
