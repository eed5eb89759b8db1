import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** Asked while services are installed: 101 says that none is to be started. */
const policy = '/usr/sbin/policy-rc.d';

/**
 * Why there is no Postfix and no Dovecot to test with; undefined when both are there. Where they are missing, and we
 * are root on a Debian that runs no services (a container), they are installed, and not started.
 */
export function whyNoMailServers(): string | undefined {
  if (process.getuid?.() !== 0) return 'Postfix and Dovecot start as root alone';
  if (areThere()) return whyNotThese();
  if (!existsSync('/usr/bin/apt-get')) return 'Postfix and Dovecot are not installed';
  if (existsSync('/run/systemd/system'))
    return 'Postfix and Dovecot are not installed; on a machine with services nothing is installed unasked';
  process.stdout.write('Installing the packages postfix and dovecot-imapd for the tests with real peers.\n');
  install();
  return areThere() ? whyNotThese() : 'Postfix and Dovecot are not installed, and could not be';
}

/** Dovecot 2.4 is configured in other words than 2.3, which is what Debian 12 has. */
function whyNotThese(): string | undefined {
  const { stdout } = spawnSync('/usr/sbin/dovecot', ['--version'], { encoding: 'utf8' });
  const version = stdout.trim().split(' ')[0] ?? '';
  return version.startsWith('2.3.') ? undefined : `they are written for Dovecot 2.3, and this is ${version}`;
}

function areThere(): boolean {
  return existsSync('/usr/sbin/postfix') && existsSync('/usr/sbin/dovecot') && existsSync(imapProcess);
}

const imapProcess = '/usr/lib/dovecot/imap';

function install(): void {
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    // Without a network it is to end soon, and to say so.
    const patience = ['-q', '-o', 'Acquire::http::Timeout=10', '-o', 'Acquire::Retries=1'];
    const packages = ['install', ...patience, '-y', '--no-install-recommends', 'postfix', 'dovecot-imapd'];
    if (!apt(packages, 90_000) && apt(['update', ...patience], 45_000)) apt(packages, 90_000);
  } finally {
    if (isOurs) rmSync(policy, { force: true });
  }
}

function apt(args: string[], timeout: number): boolean {
  const { status } = spawnSync('apt-get', args, {
    stdio: 'ignore',
    timeout,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}
