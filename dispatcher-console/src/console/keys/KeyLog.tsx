import { useQuery } from '@tanstack/react-query';

import type { AccessLine } from '../../generated/AccessLine';
import type { Key } from '../../generated/Key';
import { LoadFailed } from '../file/LoadFailed';
import { useSpeech } from '../i18n';
import { api } from '../services';
import { useTimes } from '../state/use-district';
import { useWhyFailed } from '../state/why-failed';

/** Who did what with an entry, and who was refused; for supervisors. */
export function KeyLog({ entry }: { entry: Key }) {
  const { t, word } = useSpeech();
  const { dayAndTime } = useTimes();
  const whyFailed = useWhyFailed();
  const log = useQuery({
    queryKey: ['key-log', entry.id],
    queryFn: async ({ signal }) => (await api.get<{ items: AccessLine[] }>(`/v1/keys/${entry.id}/log`, signal)).items,
    staleTime: 0,
  });
  if (log.isError) return <LoadFailed why={whyFailed(log.error)} retry={() => void log.refetch()} />;
  if (log.data === undefined) return <p className="muted">{t('file.loading')}</p>;
  if (log.data.length === 0) return <p className="muted">{t('keys.noLog')}</p>;
  return (
    <ol className="key-log">
      {log.data.map((line) => (
        <li key={line.id} className={line.allowed ? undefined : 'doubt'}>
          <time>{dayAndTime(line.at)}</time> {line.by} {word('accessAct', line.act)}
          {!line.allowed && ` · ${t('keys.refused')}`}
          {line.why !== null && ` · ${line.allowed ? line.why : word('accessWhy', line.why)}`}
        </li>
      ))}
    </ol>
  );
}
