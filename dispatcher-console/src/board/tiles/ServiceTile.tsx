import type { ReactNode } from 'react';

import { useSpeech } from '../../console/i18n';
import { useFeed } from '../../console/state/feed-store';
import { useNow } from '../../console/state/now';
import { useTimes } from '../../console/state/use-district';
import { duration } from '../../shared/format';
import { ageOf } from '../age-of';
import { canaryVerdict } from '../model/canary';
import { EVERY_S } from '../model/polling';
import { overdueSteps } from '../model/tickets';
import { useHealth, useReadiness, useTelephone } from '../state/answers';
import { useFeedNow } from '../state/feed-now';
import { useWall } from '../state/wall';
import { Tile } from '../Tile';

/** Whether the service itself is well: can it keep an alarm, is anything late, does it still speak to us. */
export function ServiceTile() {
  const { t, lang } = useSpeech();
  const now = useNow();
  const readiness = useReadiness();
  const ready = readiness.data?.data;
  const unrecorded = useFeed((feed) => feed.unrecorded.total);
  const heardAt = useFeed((feed) => feed.status.lastHeardAt);
  const overdue = overdueSteps(useFeed((feed) => feed.tickets).values(), useFeedNow());
  const heard_s = heardAt === null ? null : Math.max(0, Math.floor((now - heardAt) / 1000));
  return (
    <Tile name="service" heading={t('boardService.heading')} age={ageOf(readiness, EVERY_S.health)}>
      <dl className="facts">
        <Fact what={t('boardService.ready')} first bad={readiness.isError || ready?.ready === false}>
          {readiness.isError
            ? t('boardService.unreachable')
            : ready?.ready === false
              ? t('boardService.no', { reason: ready.reason })
              : t('boardService.yes')}
        </Fact>
        <Fact what={t('boardService.unrecorded')} bad={unrecorded > 0}>
          {unrecorded}
        </Fact>
        <Fact what={t('boardService.overdue')} bad={overdue.number > 0}>
          {overdue.number === 0
            ? 0
            : t('boardService.overdueWorst', { number: overdue.number, age: duration(overdue.worst_ms, lang) })}
        </Fact>
        <Fact what={t('boardService.feed')} bad={heard_s === null || heard_s > 12}>
          {heard_s === null ? t('board.never') : t('boardService.feedAge', { age: heard_s })}
        </Fact>
        <MadeUpAlarms />
        <Commits />
        <Telephone />
      </dl>
    </Tile>
  );
}

/** Whether somebody outside will be called, or already is. */
function isWorry(outside: string): boolean {
  return outside === 'silent' || outside === 'unreached';
}

/** Whether an SOS would reach a screen: the service presses its own. */
function MadeUpAlarms() {
  const { t, word, lang } = useSpeech();
  const now = useFeedNow();
  const health = useHealth().data?.data;
  if (health === undefined) return null;
  const verdict = canaryVerdict(health.canary, now);
  const outside = health.canary?.outside ?? null;
  return (
    <>
      <Fact what={t('boardCanary.what')} first bad={verdict.is === 'broken' || verdict.is === 'old'}>
        {verdict.is === 'off' && t('boardCanary.off')}
        {verdict.is === 'waiting' && t('boardCanary.waiting')}
        {verdict.is === 'old' && t('boardCanary.old', { age: duration(verdict.age_s * 1000, lang) })}
        {verdict.is === 'well' && t('boardCanary.well', { number: verdict.ports, ms: verdict.slowest_ms })}
        {verdict.is === 'broken' &&
          verdict.failures.map(({ port, why }) => (
            <div key={port}>{t('boardCanary.port', { port, why: word('canaryFailure', why) })}</div>
          ))}
      </Fact>
      {outside !== null && (verdict.is === 'well' || verdict.is === 'broken') && (
        <Fact what={t('boardCanary.outside')} bad={isWorry(outside)}>
          {word('canaryOutside', outside)}
        </Fact>
      )}
    </>
  );
}

/** A commit that takes longer than this is looked at, milliseconds: as the alert on it says. */
const SLOW_COMMIT_MS = 250;

/** How long the store took to keep things, and what waits for it. */
function Commits() {
  const { t } = useSpeech();
  const health = useHealth().data?.data;
  if (health === undefined) return null;
  const { p50_ms, p99_ms } = health.commits;
  const slow = p99_ms !== null && p99_ms > SLOW_COMMIT_MS;
  return (
    <>
      <Fact what={t('boardService.commits')} bad={slow}>
        {p50_ms === null || p99_ms === null
          ? t('boardService.noCommits')
          : t('boardService.commitTimes', { p50: Math.ceil(p50_ms), p99: Math.ceil(p99_ms) })}
      </Fact>
      {health.writes_waiting > 0 && (
        <Fact what={t('boardService.waiting')} bad>
          {health.writes_waiting}
        </Fact>
      )}
    </>
  );
}

/** The exchange, where there is one. */
function Telephone() {
  const { t } = useSpeech();
  const { timeOfDay } = useTimes();
  const telephone = useTelephone().data?.data;
  if (telephone === undefined || !telephone.enabled) return null;
  const { connected, since } = telephone;
  const cut = since === null ? t('boardService.cut') : t('boardService.cutSince', { time: timeOfDay(since) });
  return (
    <Fact what={t('boardService.telephone')} bad={!connected}>
      {connected ? t('boardService.connected') : cut}
    </Fact>
  );
}

interface FactProps {
  what: string;
  bad: boolean;
  /** A wall has no room for what is well, but for the two facts that say that all of it is. */
  first?: boolean;
  children: ReactNode;
}

function Fact({ what, bad, first = false, children }: FactProps) {
  const wall = useWall((state) => state.wall);
  if (wall && !bad && !first) return null;
  return (
    <div data-bad={bad}>
      <dt>{what}</dt>
      <dd className="figure">{children}</dd>
    </div>
  );
}
