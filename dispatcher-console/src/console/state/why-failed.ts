import { ApiError } from '../../shared/api';
import { useSpeech } from '../i18n';

/** Returns the way to say why something could not be read; the server's own words only where we have none. */
export function useWhyFailed(): (error: Error) => string {
  const { t } = useSpeech();
  return (error) => {
    if (!(error instanceof ApiError)) return error.message;
    if (error.storeAway) return t('act.storeAway');
    return error.unreachable ? t('connection.cut') : error.message;
  };
}
