import type { Browser } from 'playwright-core';

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  /** How long the thread worked on it, µs: without what it waited for a processor that others used. */
  tdur?: number;
}

interface Worked {
  /** The thread's own time between `begin` and `end` of each thing that the page marked, ms. */
  between: number[];
  /** The thread's own time for each task longer than 10 ms, longest first. */
  tasks: number[];
}

/**
 * What the page's thread worked while something ran. On a machine that others use at the same time this says more than
 * the clock: it leaves out what the thread waited for. The page marks what is of interest by
 * `performance.mark('begin')` and `performance.mark('end')`.
 */
export async function threadTime(browser: Browser, run: () => Promise<unknown>): Promise<Worked> {
  const cdp = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const done = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  const includedCategories = ['toplevel', 'blink.user_timing', 'disabled-by-default-devtools.timeline'];
  await cdp.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories } });
  await run();
  await cdp.send('Tracing.end');
  await done;
  await cdp.detach();
  const marks = events.filter(({ name }) => name === 'begin' || name === 'end').sort((a, b) => a.ts - b.ts);
  const page = marks[0] ?? busiest(events);
  const tasks = events.filter(
    ({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && pid === page?.pid && tid === page.tid,
  );
  const between = marks.flatMap(({ name, ts }, i) => {
    const end = marks[i + 1];
    if (name !== 'begin' || end?.name !== 'end') return [];
    const during = tasks.filter((task) => task.ts >= ts - 1000 && task.ts < end.ts);
    return [during.reduce((sum, { tdur = 0 }) => sum + tdur / 1000, 0)];
  });
  const long = tasks.map(({ tdur = 0 }) => tdur / 1000).filter((took) => took > 10);
  return { between, tasks: long.sort((a, b) => b - a) };
}

/** The thread of the page, where nothing was marked: the one that worked most. */
function busiest(events: TraceEvent[]): TraceEvent | undefined {
  const sums = new Map<string, { of: TraceEvent; worked: number }>();
  for (const event of events) {
    if (event.name !== 'RunTask') continue;
    const key = `${event.pid} ${event.tid}`;
    const known = sums.get(key) ?? { of: event, worked: 0 };
    known.worked += event.tdur ?? 0;
    sums.set(key, known);
  }
  return [...sums.values()].sort((a, b) => b.worked - a.worked)[0]?.of;
}
