import { useEffect } from 'react';

import { useSpeech } from '../i18n';
import type { Undo } from '../model/undo';
import { dismissNotice, useDesk } from '../state/desk';
import { useAct } from '../state/use-act';
import { CommandButton } from './CommandButton';

const GOOD_NEWS_MS = 3_500;

/** What can be taken back, or cannot, stands longer: it is to be read and decided. */
const UNDO_MS = 10_000;

/** What came of the last action. Good news goes by itself, bad news waits to be read. */
export function NoticeBar() {
  const { t } = useSpeech();
  const notice = useDesk((desk) => desk.notice);

  useEffect(() => {
    if (notice?.tone !== 'good') return undefined;
    const timer = setTimeout(dismissNotice, notice.undoing === null ? GOOD_NEWS_MS : UNDO_MS);
    return () => clearTimeout(timer);
  }, [notice]);

  return (
    <div className="notice-place" role="status" aria-live="polite">
      {notice !== null && (
        <p className={`notice ${notice.tone}`} key={notice.id}>
          <span>
            {notice.text}
            {notice.undoing?.kind === 'never' && <span className="never"> {t(`never.${notice.undoing.why}`)}</span>}
          </span>
          {notice.undoing?.kind === 'undo' && <UndoButton undo={notice.undoing.undo} what={notice.what} />}
          <CommandButton command="dismiss" className="button small" onClick={dismissNotice}>
            {t('act.dismiss')}
          </CommandButton>
        </p>
      )}
    </div>
  );
}

/** Takes the last action back. */
function UndoButton({ undo: { ticket, path, body }, what }: { undo: Undo; what: string }) {
  const { t } = useSpeech();
  const { act, busy } = useAct(ticket);
  return (
    <CommandButton command="undo" className="button small undo" disabled={busy !== null} onClick={() => void act(path, body, t('undo.of', { what }))}>
      {busy === null ? t('undo.name') : t('act.working')}
    </CommandButton>
  );
}
