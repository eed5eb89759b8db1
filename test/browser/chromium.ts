import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where a Chromium is looked for, after what CHROMIUM_PATH names. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The Chromium of this machine. Where there is none and we are root on a Debian, its package is installed.
 * Undefined, with one sentence printed, when there is none to be had. Throws when CHROMIUM_PATH names nothing.
 */
export function chromiumPath(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named && !existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which does not exist`);
  if (named) return named;
  const there = places.find(existsSync);
  if (there) return there;
  if (mayInstall() && install()) return places.find(existsSync);
  process.stdout.write(
    'Browser tests skipped: no Chromium here. Install the package chromium, or set CHROMIUM_PATH.\n',
  );
  return undefined;
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

function install(): boolean {
  process.stdout.write('Installing the package chromium for the browser tests.\n');
  const apt = (...args: string[]) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  return apt('update', '-q') && apt('install', '-q', '-y', '--no-install-recommends', 'chromium');
}
