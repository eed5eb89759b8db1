import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { call, queryOf } from '../../api/http.ts';
import { useSentence } from '../../ui/states.tsx';
import { useFocusBack } from './focus-back.ts';
import css from './ui.module.css';

interface DownloadProps {
  /** Below `/api/v1`. */
  path: string;
  query: Record<string, string | undefined>;
  /** How the file is called. */
  name: string;
  label: string;
  /** The label with what it is of, for who does not see where the button stands: `CSV: Delivery`. */
  about?: string;
}

/** Saves what the API answers as a file. Not a plain link: who comes with a token has no cookie. */
export function Download({ path, query, name, label, about }: DownloadProps) {
  const { t } = useLingui();
  const sentence = useSentence();
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<{ error?: unknown }>();
  const button = useFocusBack(busy);
  const save = async () => {
    setBusy(true);
    setTold(undefined);
    try {
      saveAs(await call<Blob>('GET', `${path}${queryOf(query)}`, { file: true }), name);
      setTold({});
    } catch (error) {
      setTold({ error });
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={css.download}>
      <Button
        ref={button}
        variant="default"
        leftSection={<IconDownload size={17} />}
        loading={busy}
        aria-label={about}
        onClick={() => void save()}
      >
        {label}
      </Button>
      {told && 'error' in told ? (
        <p role="alert" className={css.failed}>
          <Trans>It was not exported.</Trans> {sentence(told.error)}
        </p>
      ) : (
        <span role="status" className="sr">
          {told && t`Exported: ${name}`}
        </span>
      )}
    </div>
  );
}

function saveAs(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has taken it up by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
