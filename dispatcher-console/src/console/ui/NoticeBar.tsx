import { useEffect } from 'react';

import { useSpeech } from '../i18n';
import { dismissNotice, useDesk } from '../state/desk';

const GOOD_NEWS_MS = 3_500;

/** What came of the last action. Good news goes by itself, bad news waits to be read. */
export function NoticeBar() {
  const { t } = useSpeech();
  const notice = useDesk((desk) => desk.notice);

  useEffect(() => {
    if (notice?.tone !== 'good') return undefined;
    const timer = setTimeout(dismissNotice, GOOD_NEWS_MS);
    return () => clearTimeout(timer);
  }, [notice]);

  return (
    <div className="notice-place" role="status" aria-live="polite">
      {notice !== null && (
        <p className={`notice ${notice.tone}`} key={notice.id}>
          <span>{notice.text}</span>
          <button type="button" className="button small" onClick={dismissNotice}>
            {t('act.dismiss')}
          </button>
        </p>
      )}
    </div>
  );
}
