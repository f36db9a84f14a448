import { useQuery } from '@tanstack/react-query';

import type { Call } from '../../generated/Call';
import { useSpeech } from '../i18n';
import { spokenNumber } from '../model/telephone';
import { api } from '../services';
import { keepCall } from '../state/calls';
import { notify } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { TELEPHONE_KEY } from '../state/keys';
import { useSend, useTellFailure } from '../state/use-send';

/** Whether there is an exchange, and whether it is connected. */
interface TelephoneInfo {
  enabled: boolean;
  connected: boolean;
  since: string | null;
}

/** The page asks so often whether the exchange is connected, milliseconds. */
const ASK_AGAIN_MS = 15_000;

const askTelephone = {
  queryKey: TELEPHONE_KEY,
  queryFn: ({ signal }: { signal: AbortSignal }) => api.get<TelephoneInfo>('/v1/telephone', signal),
};

/** Returns since when the exchange is not connected; null while it is, or where there is none. */
export function useDisconnectedSince(): string | null {
  const { data } = useQuery({ ...askTelephone, refetchInterval: ASK_AGAIN_MS });
  return data?.enabled === true && !data.connected ? data.since : null;
}

/** Returns whether the page can dial: an exchange is set up, or has told of a call. */
export function useCanDial(): boolean {
  const told = useFeed((feed) => feed.calls.told);
  const asked = useQuery({
    ...askTelephone,
    staleTime: Infinity,
    gcTime: Infinity,
    refetchOnWindowFocus: false,
    enabled: !told,
  });
  return told || asked.data?.enabled === true;
}

/** Whom to call, and what about. */
export interface Callee {
  number: string;
  senior: string | null;
  ticket?: string | undefined;
}

export interface Dialling {
  busy: boolean;
  dial: (callee: Callee) => Promise<void>;
}

/** Returns the way to have a number dialled (外呼); the operator's own telephone rings first. */
export function useDial(): Dialling {
  const { t } = useSpeech();
  const { busy, send } = useSend();
  const tellFailure = useTellFailure();

  async function dial({ number, senior, ticket }: Callee): Promise<void> {
    const sent = await send<unknown>('/v1/calls', {
      number,
      ...(senior === null ? {} : { senior }),
      ...(ticket === undefined ? {} : { ticket }),
    });
    if (sent === null) return;
    if (!sent.done) return sent.error.status === 409 ? notify('bad', t('call.notDialled')) : tellFailure(sent.error);
    // Who dialled will want to write what was said.
    if (isCall(sent.answer)) keepCall(sent.answer, { senior });
    notify('good', t('call.dialled', { number: spokenNumber(number) }));
  }

  return { busy: busy !== null, dial };
}

function isCall(value: unknown): value is Call {
  return typeof value === 'object' && value !== null && 'direction' in value && 'ringing_at' in value;
}
