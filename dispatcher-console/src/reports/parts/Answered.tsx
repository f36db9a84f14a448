import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { useSpeech } from '../../console/i18n';
import { ApiError } from '../../shared/api';

interface AnsweredProps<T> {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}

/** Shows an answer, or in words that it has not come; an older one stays until the next is there, and is greyed. */
export function Answered<T>({ query, children }: AnsweredProps<T>) {
  const { t } = useSpeech();
  const { data, error, isPlaceholderData, isFetching } = query;
  if (error !== null && (data === undefined || isPlaceholderData)) {
    const detail = error instanceof ApiError && error.status === 422 ? error.detail : null;
    return (
      <div className="empty" role="alert">
        <p>{detail ?? t('reports.failed')}</p>
        <p>
          <button type="button" className="button" onClick={() => void query.refetch()}>
            {t('queue.retry')}
          </button>
        </p>
      </div>
    );
  }
  if (data === undefined) return <p className="empty">{isFetching ? t('reports.reckoning') : t('reports.nothingAsked')}</p>;
  return (
    <div className="answered" data-old={isPlaceholderData} aria-busy={isPlaceholderData}>
      {children(data)}
    </div>
  );
}
