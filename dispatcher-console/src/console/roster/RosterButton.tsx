import { useSpeech } from '../i18n';
import { firstGap } from '../model/roster';
import { openDialog, useDesk } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { useNow } from '../state/now';
import { useDistrict } from '../state/use-district';
import { CommandButton } from '../ui/CommandButton';
import { useSpans } from './use-spans';
import { Later, later } from '../ui/Later';

const ROSTER = later(async () => (await import('./RosterSheet')).RosterSheet);

/** Opens the roster (排班), and warns when somebody will be missing within a day or did not come. */
export function RosterButton() {
  const { t } = useSpeech();
  const open = useDesk((desk) => desk.dialog === 'roster');
  const cover = useFeed((feed) => feed.cover);
  const zone = useDistrict().data?.time_zone ?? 'UTC';
  const { spanWords, shortWords } = useSpans(zone);
  const now = useNow();
  const gap = firstGap(cover?.gaps ?? []);
  const missing = cover?.missing.length ?? 0;
  const words =
    gap !== null
      ? Date.parse(gap.from) <= now
        ? t('roster.chipNow')
        : t('roster.chipGap', { when: spanWords(gap.from, gap.to).split('–')[0] })
      : missing > 0
        ? t('roster.chipMissing', { number: missing })
        : t('roster.open');
  const hint = gap === null ? t('roster.openHint') : `${spanWords(gap.from, gap.to)} ${shortWords(gap.short)}`;
  return (
    <>
      <CommandButton
        command="roster"
        className={`button small ${gap !== null || missing > 0 ? 'warn' : 'quiet'}`}
        data-cover={gap === null ? 'full' : 'gap'}
        title={hint}
        onClick={() => openDialog('roster')}
      >
        {words}
      </CommandButton>
      {open && <Later part={ROSTER} />}
    </>
  );
}
