import { useLingui } from '@lingui/react/macro';
import { useNames } from '../../store/me.ts';
import { ChoiceField, SwitchField, TextField } from '../form/fields.tsx';
import type { Form } from '../form/form.ts';
import { LanguageField } from '../form/known-fields.tsx';
import type { Values } from './values.ts';

interface PartProps {
  form: Form<Values>;
}

/** What browsers of before 2022 cannot list is typed. */
const zones = Intl.supportedValuesOf?.('timeZone') ?? [];

export function General({ form }: PartProps) {
  const { t } = useLingui();
  const { queues } = useNames();
  return (
    <>
      <TextField
        form={form}
        name="name"
        label={t`Name`}
        help={t`What colleagues and customers call the business.`}
      />
      <LanguageField
        form={form}
        name="lang"
        suggestions={['en', 'en_US', 'ar', 'hi', 'ur', 'fr', 'es']}
        help={t`In which templates go out when neither the sender nor the customer says another one, such as “en” or “ar”.`}
      />
      <TextField
        form={form}
        name="timeZone"
        label={t`Time zone`}
        optional
        code
        placeholder="UTC"
        suggestions={zones}
        help={t`By which the days of the figures are cut, such as “Asia/Dubai”. When it is changed, all days are cut anew.`}
      />
      <ChoiceField
        form={form}
        name="defaultQueue"
        label={t`Default queue`}
        options={queues.map(({ code, name }) => [code, name])}
        help={t`Where new conversations begin, unless their channel names another queue.`}
      />
      <TextField
        form={form}
        name="sessionHours"
        label={t`Hours until a silent conversation ends`}
        code
        help={t`Counted from the last message. What is written afterwards begins a new conversation. Usually 24.`}
      />
    </>
  );
}

export function People({ form }: PartProps) {
  const { t } = useLingui();
  return (
    <>
      <ChoiceField
        form={form}
        name="agentsSee"
        label={t`Agents see`}
        options={[
          ['all', t`all conversations`],
          ['own', t`their own, and what waits for them`],
        ]}
        help={t`Supervisors and administrators always see all. Their own: what they hold or resolved, what their teams and queues have, and what nobody holds in these queues.`}
      />
      <TextField
        form={form}
        name="agentSeats"
        label={t`Seats`}
        code
        help={t`How many agents may be active at once. 0: any number.`}
      />
    </>
  );
}

export function Visitors({ form }: PartProps) {
  const { t } = useLingui();
  return (
    <>
      <SwitchField form={form} name="visitors" label={t`Visitors may register`} />
      <SwitchField
        form={form}
        name="signedVisitors"
        label={t`Visitors need a signature`}
        disabled={!form.values.visitors}
        help={t`Your server makes it with the visitor secret below. Until there is a secret, no visitor registers.`}
      />
      <SwitchField
        form={form}
        name="secureMode"
        label={t`Who signs in needs a token of your server`}
        help={t`Without it anybody can sign in as anybody: switch it on before people sign in on your pages.`}
      />
      <SwitchField form={form} name="bots" label={t`Bots may register`} />
      <TextField
        form={form}
        name="dailyReads"
        label={t`Reads a day of one bot or visitor`}
        code
        help={t`A day ends at midnight by UTC. 0: any number.`}
      />
      <TextField
        form={form}
        name="tokenDays"
        label={t`Days that an access token is good`}
        code
        help={t`At least half an hour, 0.03. Usually 30.`}
      />
    </>
  );
}
