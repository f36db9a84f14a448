import { type ReactNode, useId } from 'react';

import { useSpeech } from '../console/i18n';
import { useFeed } from '../console/state/feed-store';
import { useNowAs } from '../console/state/now';
import { useTimes } from '../console/state/use-district';
import { Boundary } from '../console/ui/Boundary';
import { isOld } from './model/polling';

interface TileProps {
  /** Its place in the layout. */
  name: string;
  heading: string;
  age: Age;
  children: ReactNode;
}

/**
 * How old what a tile shows is. `feed`: as old as the live connection. Otherwise when its answer came, null while none
 * has, and how often it is asked for.
 */
export type Age = 'feed' | { at: number | null; every_s: number; failed: boolean };

/** One part of the board, with its age: what is old is greyed and says since when. */
export function Tile({ name, heading, age, children }: TileProps) {
  const id = useId();
  const old = useIsOld(age);
  return (
    <section className={`tile tile-${name}`} aria-labelledby={id} data-old={old}>
      <header className="tile-head">
        <h2 id={id}>{heading}</h2>
        <AsOf age={age} old={old} />
      </header>
      <Boundary>{age !== 'feed' && age.at === null ? <NotYet failed={age.failed} /> : children}</Boundary>
    </section>
  );
}

function useIsOld(age: Age): boolean {
  const live = useFeed((feed) => feed.status.state === 'live');
  const late = useNowAs((now) => age !== 'feed' && age.at !== null && isOld(age.at, age.every_s, now));
  return age === 'feed' ? !live : late;
}

function AsOf({ age, old }: { age: Age; old: boolean }) {
  const { t } = useSpeech();
  const { timeOfDay } = useTimes();
  const heardAt = useFeed((feed) => feed.status.lastHeardAt);
  const at = age === 'feed' ? heardAt : age.at;
  if (at === null) return null;
  if (old) return <p className="as-of old">{t('board.old', { time: timeOfDay(at) })}</p>;
  // What is live needs no time: it is the header's.
  return age === 'feed' ? null : <p className="as-of muted">{t('board.asOf', { time: timeOfDay(at) })}</p>;
}

function NotYet({ failed }: { failed: boolean }) {
  const { t } = useSpeech();
  return <p className={failed ? 'empty doubt' : 'empty'}>{t(failed ? 'board.never' : 'board.waiting')}</p>;
}
