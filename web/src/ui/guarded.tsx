import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { Component, type ErrorInfo, type ReactNode, useState } from 'react';
import { line } from '../live/state.ts';
import { client } from '../store/client.ts';
import { Failed } from './states.tsx';

interface GuardedProps {
  /** What is shown, where that changes: another one is drawn anew. */
  of?: string | undefined;
  /** Out of what broke, where nothing else on the screen leads there. */
  leave?: (() => void) | undefined;
  children: ReactNode;
}

interface Broken {
  error: unknown;
  /** Inside which parts of the screen it was. */
  stack?: string | undefined;
}

interface State {
  of: string | undefined;
  broken?: Broken | undefined;
  /** What broke it before the last try. */
  before?: unknown;
}

/** How long another try waits for what is read anew, ms. */
const waitMs = 4000;

/** A part of the page that breaks alone: it says so, and the rest stays as it is. */
export class Guarded extends Component<GuardedProps, State> {
  override state: State = { of: this.props.of };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { broken: { error } };
  }

  static getDerivedStateFromProps({ of }: GuardedProps, state: State): State | null {
    return of === state.of ? null : { of, broken: undefined };
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo): void {
    // What cannot be loaded throws one and the same error for good: only the page anew asks for it again.
    if (error === this.state.before) location.reload();
    else this.setState({ broken: { error, stack: componentStack ?? undefined } });
  }

  override render() {
    const { broken } = this.state;
    if (!broken) return this.props.children;
    const again = async () => {
      await readAnew();
      this.setState({ broken: undefined, before: broken.error });
    };
    return <Apology {...broken} again={again} leave={this.props.leave} />;
  }
}

/** What was read may be why it broke: what no screen shows is forgotten, and the rest is read again. */
async function readAnew(): Promise<void> {
  // Without a line there is nothing else to read.
  if (line.get() === 'offline') return;
  client.removeQueries({ type: 'inactive' });
  const read = client.refetchQueries({ type: 'active', predicate: ({ queryKey }) => queryKey[0] !== 'me' });
  const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
  await Promise.race([read, wait(waitMs)]);
  // What stands around the part is told of it in a moment, and hands it what was read.
  await wait(50);
}

interface ApologyProps extends Broken {
  again(): Promise<void>;
  leave: (() => void) | undefined;
}

function Apology({ error, stack, again, leave }: ApologyProps) {
  const { t } = useLingui();
  const [busy, setBusy] = useState(false);
  const [copied, setCopied] = useState(false);
  const retry = () => {
    setBusy(true);
    // It may break once more.
    void again().finally(() => setBusy(false));
  };
  return (
    <Failed
      error={error}
      retry={retry}
      busy={busy}
      title={t`This part of the screen does not work`}
      told={t`The rest of the screen can be used, and your drafts are kept.`}
    >
      {leave && (
        <Button variant="default" size="xs" onClick={leave}>
          <Trans>Back to the list</Trans>
        </Button>
      )}
      <Button
        variant="subtle"
        size="xs"
        onClick={() =>
          void navigator.clipboard?.writeText(reportOf(error, stack)).then(() => setCopied(true))
        }
      >
        {copied ? <Trans>Copied</Trans> : <Trans>Copy details for a report</Trans>}
      </Button>
    </Failed>
  );
}

/** What somebody needs who looks for the fault: what it was, where, and in which release. No text of a conversation. */
function reportOf(error: unknown, stack: string | undefined): string {
  const what = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
  const code = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.src;
  return [what, stack?.trim(), new Date().toISOString(), location.pathname, code, navigator.userAgent]
    .filter(Boolean)
    .join('\n');
}
