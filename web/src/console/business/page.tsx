import { useLingui } from '@lingui/react/macro';
import { client } from '../../store/client.ts';
import { errorsOf, useChecks } from '../form/checks.ts';
import { Editor } from '../form/editor.tsx';
import type { Errors } from '../form/form.ts';
import { FormPage } from '../form/form-page.tsx';
import type { Thing } from '../form/thing.ts';
import { useThingForm } from '../form/thing-form.ts';
import { ltr } from '../ui/ltr.ts';
import type { Business } from './business.ts';
import { General, People, Visitors } from './fields.tsx';
import { bodyOf, type Values, valuesOf } from './values.ts';
import { VisitorSecret } from './visitor-secret.tsx';

const path = '/business';

/** What holds for the whole business. */
export default function BusinessPage() {
  return (
    <Editor<Business, Values> path={path} valuesOf={valuesOf} fresh={{} as Values}>
      {(from, business) => business && <Loaded from={from} business={business} />}
    </Editor>
  );
}

function useCheck(): (values: Values) => Errors<Values> {
  const { t } = useLingui();
  const { line, language, zone, number, required } = useChecks();
  return (values) =>
    errorsOf<Values>({
      name: line(values.name),
      lang: language(values.lang),
      timeZone: zone(values.timeZone),
      sessionHours:
        required(values.sessionHours) ??
        number(0, 8760, false)(values.sessionHours) ??
        (/^[0٠०.٫]+$/.test(values.sessionHours.trim()) ? t`More than 0.` : undefined),
      agentSeats: required(values.agentSeats) ?? number(0, 1_000_000)(values.agentSeats),
      dailyReads: required(values.dailyReads) ?? number(0, 1_000_000_000)(values.dailyReads),
      tokenDays: required(values.tokenDays) ?? number(0.03, 3650, false)(values.tokenDays),
    });
}

function Loaded({ from, business }: { from: Thing<Values>; business: Business }) {
  const { t } = useLingui();
  const form = useThingForm<Business, Values>({
    name: 'business',
    ...{ from, valuesOf, bodyOf },
    pathOf: () => path,
    method: 'PATCH',
    check: useCheck(),
    saved: () => void client.invalidateQueries({ queryKey: ['me'] }),
    words: {
      'settings.lang': 'lang',
      'settings.timeZone': 'timeZone',
      'settings.sessionHours': 'sessionHours',
      'settings.agentsSee': 'agentsSee',
      'settings.agentSeats': 'agentSeats',
      'settings.endUsers.dailyReads': 'dailyReads',
      'settings.endUsers.tokenDays': 'tokenDays',
    },
  });
  const domain = ltr(business.domain);
  return (
    <FormPage
      form={form}
      title={t`Business`}
      sentence={t`What holds for everything and everybody here. Programs know this business as ${domain}.`}
      more={<VisitorSecret />}
    >
      <General form={form} />
      <h2>{t`Agents`}</h2>
      <People form={form} />
      <h2>{t`Visitors and programs from outside`}</h2>
      <Visitors form={form} />
    </FormPage>
  );
}
