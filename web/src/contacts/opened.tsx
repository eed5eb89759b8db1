import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconArrowLeft, IconLock, IconMessage, IconUserOff, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useEffect, useRef } from 'react';
import type { ApiError } from '../api/http.ts';
import { AboutPerson } from '../contact/about.tsx';
import { ContactBones } from '../contact/bones.tsx';
import { personQuery } from '../contact/person.ts';
import { useMe } from '../store/me.ts';
import { isRefused } from '../thread/gone.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { patient } from '../ui/later.tsx';
import { Empty, Failed, useSentence, useSlow } from '../ui/states.tsx';
import css from './contacts.module.css';

const Write = patient(() => import('./write.tsx'));

interface OpenedProps {
  id: string;
  /** It has the screen for itself. */
  alone: boolean;
  leave(): void;
  /** To one of the conversations. */
  openSession(id: string): void;
  /** To the newest conversation, to write there, or here, where there is none; absent: nobody knows yet. */
  write: (() => void) | undefined;
  /** The first message is being written here. */
  writing: boolean;
  endWriting(): void;
}

/** The contact that is chosen. */
export function Opened({ id, alone, leave, openSession, write, writing, endWriting }: OpenedProps) {
  const { t } = useLingui();
  const { data, error, refetch, isFetching } = useQuery(personQuery(id));
  const slow = useSlow(!data && isFetching);
  const toWrite = useRef<HTMLButtonElement>(null);
  const wasWriting = useRef(writing);
  useEffect(() => {
    // Where one wrote is gone, and what had the focus with it.
    if (wasWriting.current && !writing) toWrite.current?.focus();
    wasWriting.current = writing;
  }, [writing]);
  return (
    <div className={css.opened}>
      <div className={css.openedHead} data-alone={alone || undefined}>
        <IconButton label={alone ? t`Back to the list` : t`Close`} act="leave" onClick={leave}>
          {alone ? <IconArrowLeft size={19} className="mirror" /> : <IconX size={18} />}
        </IconButton>
      </div>
      {isRefused(error) ? (
        <Gone error={error} leave={leave} />
      ) : data ? (
        <AboutPerson
          key={data.id}
          person={data}
          open={openSession}
          acts={
            writing ? (
              <Suspense fallback={null}>
                <Write person={data} sent={openSession} close={endWriting} />
              </Suspense>
            ) : (
              <Button
                ref={toWrite}
                size="xs"
                variant="light"
                leftSection={<IconMessage size={15} />}
                disabled={!write}
                {...(write && { onClick: write })}
              >
                <Trans>Write a message</Trans>
              </Button>
            )
          }
        />
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} busy={isFetching} />
      ) : (
        slow && <ContactBones />
      )}
    </div>
  );
}

/** Why a contact is not shown. */
function Gone({ error, leave }: { error: ApiError; leave(): void }) {
  const { t } = useLingui();
  const { rights } = useMe();
  const sentence = useSentence();
  const act = (
    <Button size="xs" variant="light" onClick={leave}>
      <Trans>Back to the list</Trans>
    </Button>
  );
  if (error.status === 404 && rights.seesAll)
    return (
      <Empty icon={<IconUserOff size={26} />} title={t`There is no such contact`} act={act}>
        <Trans>The address is wrong, or it is a contact of another business.</Trans>
      </Empty>
    );
  return (
    <Empty icon={<IconLock size={26} />} title={t`This contact is not yours to see`} act={act}>
      {error.status === 403 ? (
        sentence(error)
      ) : (
        <Trans>
          You see the people of the conversations that you see, and your own customers. A supervisor sees all
          of them.
        </Trans>
      )}
    </Empty>
  );
}
