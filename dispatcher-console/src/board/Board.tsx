import { useSpeech } from '../console/i18n';
import { StaleBanner } from '../console/header/StaleBanner';
import { useFeed } from '../console/state/feed-store';
import { BoardHeader } from './BoardHeader';
import { CircleStrip } from './CircleStrip';
import { useWall } from './state/wall';
import { CoverageTile } from './tiles/CoverageTile';
import { DevicesTile } from './tiles/DevicesTile';
import { NowTile } from './tiles/NowTile';
import { PeopleTile } from './tiles/PeopleTile';
import { ServiceTile } from './tiles/ServiceTile';
import { ShiftsTile } from './tiles/ShiftsTile';
import { TodayTile } from './tiles/TodayTile';

/** How the service stands now, in one look. It only shows: whoever acts does so at the console. */
export function Board() {
  const { t } = useSpeech();
  const wall = useWall((state) => state.wall);
  const stale = useFeed((feed) => feed.status.state !== 'live');
  return (
    <div className="board" data-wall={wall} data-stale={stale}>
      <BoardHeader />
      <div className="banners">
        <StaleBanner />
      </div>
      <main className="board-main" aria-label={t('board.main')}>
        <CircleStrip />
        <div className="column">
          <NowTile />
          <PeopleTile />
        </div>
        <div className="column">
          <CoverageTile />
        </div>
        <div className="column">
          <TodayTile />
          <ShiftsTile />
          <div className="pair">
            <DevicesTile />
            <ServiceTile />
          </div>
        </div>
      </main>
    </div>
  );
}
