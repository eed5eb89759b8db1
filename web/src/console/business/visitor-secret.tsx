import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { call } from '../../api/http.ts';
import { Destroy } from '../ui/destroy.tsx';
import { Once } from '../ui/once.tsx';
import { Section } from '../ui/section.tsx';

/** The secret with which a server of the business signs for visitors: it can be made anew, and is shown then. */
export function VisitorSecret() {
  const { t } = useLingui();
  const [secret, setSecret] = useState<string>();
  return (
    <Section
      title={t`Visitor secret`}
      acts={
        secret === undefined && (
          <Destroy
            verb={t`Make a new visitor secret`}
            title={t`Make a new visitor secret?`}
            does={[
              t`What was signed with the one before is good for nothing from now on: visitors cannot register until your server has the new one.`,
              t`The new one is shown this once. The one before cannot be brought back.`,
            ]}
            run={async () => {
              setSecret((await call<{ secret: string }>('POST', '/visitor-secret', { body: {} })).secret);
            }}
          />
        )
      }
    >
      <p>
        <Trans>Your server signs with it for each visitor, so that nobody registers as somebody else.</Trans>
      </p>
      {secret !== undefined && (
        <Once label={t`Visitor secret`} value={secret} done={() => setSecret(undefined)} />
      )}
    </Section>
  );
}
