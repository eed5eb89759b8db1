import { parseArgs } from 'node:util';
import { amount, fill } from './fill.ts';
import { hasKannel, kannelAccept, kannelEndToEnd } from './kannel.ts';
import { type Load, type Measured, measure, scenes } from './measure.ts';
import { plot } from './plots.ts';
import { type BenchPostgres, startPostgres } from './postgres.ts';
import { bareRoute, batchedInserts, leastRoute, leastToEnd } from './reference.ts';
import { leastEndReference, leastReference, medians, routeReference, rowReference, table } from './table.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    connections: { type: 'string', default: '64' },
    runs: { type: 'string', default: '1' },
    warmup: { type: 'string', default: '5000' },
    only: { type: 'string' },
    profile: { type: 'string' },
    fill: { type: 'string' },
    plots: { type: 'string' },
  },
});
const asked: Load = {
  requests: Number(values.requests),
  connections: Number(values.connections),
  warmup: Number(values.warmup),
  ...(values.profile !== undefined && { profile: values.profile }),
};
const { requests, connections } = asked;

async function run(postgres: BenchPostgres, like?: Filled): Promise<Measured[]> {
  const wanted = values.only?.split(',');
  const wants = (name: string) => !wanted || wanted.includes(name);
  const figures: Measured[] = [];
  if (wants('reference')) {
    const perSecond = await batchedInserts(await postgres.database('reference'), requests);
    figures.push({ name: rowReference, perSecond });
    const { refused: _, ...bare } = await bareRoute(asked);
    figures.push({ name: routeReference, ...bare });
    const { refused: __, ...least } = await leastRoute(await postgres.database('least'), asked);
    figures.push({ name: leastReference, ...least });
    const { refused: ___, ...end } = await leastToEnd(await postgres.database('least_end'), asked);
    figures.push({ name: leastEndReference, ...end });
  }
  if (wants('kannel') && (wanted || hasKannel())) {
    for (const store of ['file', 'spool'] as const)
      figures.push(await kannelAccept(store, asked), await kannelEndToEnd(store, asked));
  }
  for (const scene of scenes) {
    if (!wants(scene.name)) continue;
    const empty = await measure(postgres, scene, asked);
    figures.push(empty);
    if (!like) continue;
    const full = await measure(postgres, scene, asked, like.url);
    const name = `${full.name}: ${like.messages.toLocaleString('en')} stored`;
    figures.push({ ...full, name, ofEmpty: full.perSecond / empty.perSecond });
  }
  return figures;
}

/** A database in which messages are stored already. */
interface Filled {
  url: string;
  messages: number;
}

/** A database with so many messages stored, for each scenario to begin with a copy of. */
async function filled(postgres: BenchPostgres, messages: number): Promise<string> {
  const url = await postgres.database('filled');
  const began = performance.now();
  await fill(url, messages);
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`\n${messages.toLocaleString('en')} messages stored, in ${seconds} s\n`);
  return url;
}

/** The table of every run, and of their medians. */
async function tables(postgres: BenchPostgres, stored: number | undefined): Promise<void> {
  const like = stored === undefined ? undefined : { url: await filled(postgres, stored), messages: stored };
  const runs: Measured[][] = [];
  for (let n = 1; n <= Number(values.runs); n++) {
    runs.push(await run(postgres, like));
    process.stdout.write(
      `\nRun ${n}: ${requests} requests, ${connections} connections\n${table(runs.at(-1)!)}\n`,
    );
  }
  if (runs.length > 1) process.stdout.write(`\nMedian of ${runs.length} runs\n${table(medians(runs))}\n`);
}

const stored = values.fill === undefined ? undefined : amount(values.fill);
const postgres = await startPostgres();
try {
  if (values.plots === undefined) await tables(postgres, stored);
  else
    await plot(postgres, asked, {
      folder: values.plots,
      filled,
      ...(stored !== undefined && { most: stored }),
    });
} finally {
  await postgres.stop();
}
