import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconMessages } from '@tabler/icons-react';
import { useLocation, useSearch } from 'wouter';
import { isSimulating, toggleSimulator } from '../simulator/where.ts';
import { useMe } from '../store/me.ts';
import { Empty } from '../ui/states.tsx';

/** Nothing is open: what to do first. */
export function NoThread() {
  const { t } = useLingui();
  const { rights } = useMe();
  const [, go] = useLocation();
  const search = useSearch();
  const mayTry = rights.simulate && !isSimulating(search);
  return (
    <Empty
      icon={<IconMessages size={26} />}
      title={t`Choose a conversation`}
      act={
        mayTry && (
          <Button variant="light" size="sm" onClick={() => toggleSimulator(go)}>
            <Trans>Open the simulator</Trans>
          </Button>
        )
      }
    >
      {mayTry ? (
        <Trans>Or try everything without an account anywhere: in the simulator you are the customer.</Trans>
      ) : (
        <Trans>It opens here. J and K go through the list, ? shows all keys.</Trans>
      )}
    </Empty>
  );
}
