import { useQuery } from '@tanstack/react-query';
import { call, queryOf } from '../../api/http.ts';
import { addDays } from '../analytics/dates.ts';
import type { MessageMeasures, Report, SessionMeasures } from '../analytics/report.ts';
import {
  type ChannelSetup,
  type ChannelType,
  type Health,
  useHealth,
  useTypes,
} from '../channels/channel.ts';
import { consoleKey, useAll } from '../list/rows.ts';

/** A channel, and what has happened over it. */
export interface Door {
  channel: ChannelSetup;
  type: ChannelType | undefined;
  health: Health | undefined;
  /** Messages that came in over it. */
  received: number;
  /** First answers that agents gave to what people wrote over it. */
  answered: number;
}

/** What is looked at again while somebody waits for a step to tick, ms. */
const everyMs = 3000;
/** As many days as one report tells. */
const allDays = 3600;

/** All channels with what has happened over them: kept figures, so that it costs the same however many messages there are. */
export function useDoors() {
  const channels = useAll<ChannelSetup>('/channels');
  const { types, error: noTypes, retry: retryTypes } = useTypes();
  const { health, error: noHealth, retry: retryHealth } = useHealth();
  const received = useFigures<MessageMeasures>('messages');
  const answered = useFigures<SessionMeasures>('sessions');
  const asked = [received, answered];
  const doors =
    channels.items && types && health && received.data && answered.data
      ? channels.items.map(
          (channel): Door => ({
            channel,
            type: types.find((one) => one.type === channel.type),
            health: health.get(channel.id),
            received: of(received.data, channel.id)?.received ?? 0,
            answered: of(answered.data, channel.id)?.firstAgentAnswer.count ?? 0,
          }),
        )
      : undefined;
  return {
    doors,
    error: channels.error ?? noTypes ?? noHealth ?? received.error ?? answered.error,
    retry() {
      channels.retry();
      retryTypes();
      retryHealth();
      for (const one of asked) void one.refetch();
    },
  };
}

function useFigures<M>(name: 'messages' | 'sessions') {
  return useQuery({
    queryKey: [consoleKey, 'figures', 'ever', name],
    queryFn({ signal }) {
      const from = addDays(new Date().toISOString().slice(0, 10), -allDays);
      const query = { from, by: 'month', per: 'channel', limit: 200 };
      return call<Report<M>>('GET', `/analytics/${name}${queryOf(query)}`, { signal });
    },
    refetchOnMount: 'always',
    refetchOnWindowFocus: true,
    refetchInterval: everyMs,
  });
}

const of = <M>(report: Report<M> | undefined, id: string) =>
  report?.groups?.find(({ key }) => key === id)?.measures;
