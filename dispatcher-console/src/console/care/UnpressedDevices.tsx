import { useInfiniteQuery } from '@tanstack/react-query';

import type { Device } from '../../generated/Device';
import { ago } from '../../shared/format';
import { useSpeech } from '../i18n';
import { deviceView } from '../model/devices';
import { api } from '../services';
import { openSeniorFile } from '../state/desk';
import { UNPRESSED_KEY } from '../state/keys';
import { useNow } from '../state/now';
import { useSession } from '../state/session';
import { AsOf } from './AsOf';

interface Page {
  items: Device[];
  next_cursor: string | null;
}

const DAYS = 30;
const LIMIT = 50;

/** Devices whose key was not pressed for a month: nobody knows whether they would still call for help. */
export function UnpressedDevices({ onOpenFile }: { onOpenFile: () => void }) {
  const { t } = useSpeech();
  const districts = useSession((session) => session.user?.districts);
  const list = useInfiniteQuery({
    queryKey: UNPRESSED_KEY,
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({ unpressed_for_days: String(DAYS), limit: String(LIMIT) });
      // Who serves several districts must name one, as for the feed.
      const [first, second] = districts ?? [];
      if (first !== undefined && second !== undefined) query.set('district', first);
      if (pageParam !== null) query.set('cursor', pageParam);
      return api.get<Page>(`/v1/devices?${query.toString()}`, signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const devices = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <p className="muted">{t('care.unpressedHint')}</p>
      <AsOf dataUpdatedAt={list.dataUpdatedAt} error={list.error} />
      {list.isPending && <p className="muted">{t('app.loading')}</p>}
      {list.isSuccess && devices.length === 0 && <p className="empty">{t('care.noneUnpressed')}</p>}
      <ul className="unpressed">
        {devices.map((device) => (
          <UnpressedRow
            key={device.id}
            device={device}
            onOpenFile={() => {
              onOpenFile();
              openSeniorFile(device.senior);
            }}
          />
        ))}
      </ul>
      {list.hasNextPage && (
        <button
          type="button"
          className="button small"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {list.isFetchingNextPage ? t('app.loading') : t('care.more')}
        </button>
      )}
    </>
  );
}

export function UnpressedRow({ device, onOpenFile }: { device: Device; onOpenFile: () => void }) {
  const { t, lang, word } = useSpeech();
  const { pressed_ms, heard_ms, missed } = deviceView(device, useNow(), true);
  return (
    <li>
      <p>
        <span className="row-line">
          <strong>{device.senior_name ?? t('work.noName')}</strong>
          <span>{word('deviceKind', device.protocol)}</span>
          <span className="device-id">{device.device}</span>
        </span>
        <span className="row-line small-print muted">
          <span>
            {pressed_ms === null ? t('device.neverPressed') : `${t('device.pressed')} ${ago(pressed_ms, lang)}`}
          </span>
          <span className={missed ? 'doubt' : undefined}>
            {heard_ms === null ? t('device.neverHeard') : `${t('device.heard')} ${ago(heard_ms, lang)}`}
          </span>
        </span>
      </p>
      <button
        type="button"
        className="button small"
        aria-label={`${t('call.openFile')} ${device.device}`}
        onClick={onOpenFile}
      >
        {t('call.openFile')}
      </button>
    </li>
  );
}
