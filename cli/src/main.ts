import { Command, CommanderError } from 'commander';
import { apply } from './apply.ts';
import { doctor } from './doctor.ts';
import { type ListenOptions, listen } from './listen.ts';
import { Refused, type Terminal, Usage } from './terminal.ts';

/**
 * Runs one command and answers the exit code: 0 when it was done, 1 when the server refused it or could
 * not be reached, 2 when the command itself makes no sense.
 */
export async function run(args: string[], terminal: Terminal): Promise<number> {
  const program = commands(terminal);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof Usage || error instanceof Refused) {
      for (const line of error.lines) terminal.err(line);
      return error instanceof Usage ? 2 : 1;
    }
    throw error;
  }
}

function commands(terminal: Terminal): Command {
  const { env } = terminal;
  const write = (line: (text: string) => void) => (text: string) => line(text.replace(/\n$/, ''));
  const program = new Command('parley')
    .description('Sets up a Parley server.')
    .configureOutput({ writeOut: write(terminal.out), writeErr: write(terminal.err) })
    .exitOverride();
  program
    .command('apply')
    .description('Makes a business what a YAML file says. Prints what it changed; again, it changes nothing.')
    .argument('<file>', 'the YAML file; "-" reads it from the input')
    .option('--dry-run', 'only say what would be changed', false)
    .option('--url <url>', 'the server (PARLEY_URL)', env.PARLEY_URL || 'http://127.0.0.1:8080')
    .option('--key <key>', 'an API key that may set up the business (PARLEY_API_KEY)')
    .addHelpText(
      'after',
      `\nSecrets need not stand in the file: \${NAME} is replaced by the environment variable NAME.`,
    )
    .action((file: string, options: { dryRun: boolean; url: string; key?: string }) =>
      apply(file, { ...options, key: options.key ?? env.PARLEY_API_KEY }, terminal),
    );
  program
    .command('listen')
    .description('Hands every event to a program on this machine as it happens, as a webhook would.')
    .argument('<target>', 'where to post them, for example http://localhost:3000/hook')
    .option('--surface <name>', 'in whose words: parley, xms, azeer', 'parley')
    .option('--app <code>', 'only what this app is told')
    .option('--after <number>', 'begin after this event, instead of now')
    .option('--secret <secret>', 'signs the calls: whsec_…; made when it is not given')
    .option('--url <url>', 'the server (PARLEY_URL)', env.PARLEY_URL || 'http://127.0.0.1:8080')
    .option('--key <key>', 'an API key of the whole business (PARLEY_API_KEY)')
    .action((target: string, options: Omit<ListenOptions, 'signal'>) =>
      listen(
        target,
        {
          ...options,
          key: options.key ?? env.PARLEY_API_KEY,
          ...(terminal.signal && { signal: terminal.signal }),
        },
        terminal,
      ),
    );
  program
    .command('doctor')
    .description('Says whether everything that is stored is as it must be. Exits with 1 when it is not.')
    .requiredOption('--invariants', 'look at everything that must always be true')
    .option('--url <url>', 'the server (PARLEY_URL)', env.PARLEY_URL || 'http://127.0.0.1:8080')
    .option('--key <key>', 'the key of the installation (PARLEY_API_KEY)')
    .action(({ url, key = env.PARLEY_API_KEY }: { url: string; key?: string }) =>
      doctor({ url, key }, terminal),
    );
  return program;
}
