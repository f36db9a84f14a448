import { useSpeech } from '../../console/i18n';
import { useFeed } from '../../console/state/feed-store';
import { duration, listed } from '../../shared/format';
import { deviceFigures } from '../model/devices';
import { useFeedNow } from '../state/feed-now';
import { useWall } from '../state/wall';
import { Tile } from '../Tile';

const VILLAGES = { page: 3, wall: 2 };

/** Devices that nothing is heard from, as the open work on them tells. */
export function DevicesTile() {
  const { t, lang, word } = useSpeech();
  const now = useFeedNow();
  const { troubles, villages, since, tickets } = deviceFigures(useFeed((feed) => feed.tickets).values());
  const wall = useWall((state) => state.wall);
  const limit = VILLAGES[wall ? 'wall' : 'page'];
  const named = villages.slice(0, limit).map(({ village, number }) => t('boardDevices.village', { village, number }));
  return (
    <Tile name="devices" heading={t('boardDevices.heading')} age="feed">
      {troubles.length === 0 && <p className="covered">{t('boardDevices.none')}</p>}
      {troubles.length > 0 && (
        <dl className="facts">
          {troubles.map(({ trouble, number }) => (
            <div key={trouble}>
              <dt>{word('trouble', trouble)}</dt>
              <dd className="figure">{number}</dd>
            </div>
          ))}
        </dl>
      )}
      {named.length > 0 && (
        <p>
          {t('boardDevices.where', { villages: listed(named, lang) })}
          {villages.length > limit && '…'}
        </p>
      )}
      {since !== null && <p>{t('boardDevices.since', { age: duration(now - Date.parse(since), lang) })}</p>}
      {tickets > 0 && !wall && <p className="muted foot">{t('boardDevices.tickets', { number: tickets })}</p>}
    </Tile>
  );
}
