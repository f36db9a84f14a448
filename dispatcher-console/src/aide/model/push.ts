/** The page's languages; where those are told, a page is spoken of, which a worker has not. */
export type Lang = 'zh' | 'en';

/** What a push says; no name and no illness stands in it. */
export interface Push {
  what: 'offer' | 'withdrawn';
  offer: string;
  village: string;
  minutes: number;
  /** RFC 3339. */
  deadline: string;
}

/** A notification, as the phone shows it. */
export interface Shown {
  title: string;
  body: string;
  /** One for each offer: what comes later replaces what came before. */
  tag: string;
}

/** The few words that are said while the page is not open. */
const WORDS = {
  zh: {
    offer: '【新派单】请马上接单',
    offerBody: (village: string, minutes: number) => `${village === '' ? '地点见派单' : village} · 约 ${minutes} 分钟路程，点开应答`,
    late: '派单时间已过',
    lateBody: '中心正在派其他人，请打开银铃查看。',
    withdrawn: '【任务取消】不用去了',
    withdrawnBody: (village: string) => (village === '' ? '请打开银铃查看。' : `${village} 的任务已取消，请打开银铃查看。`),
    unknown: '银铃有新消息',
    unknownBody: '请打开银铃查看。',
  },
  en: {
    offer: 'NEW DISPATCH: please answer now',
    offerBody: (village: string, minutes: number) => `${village === '' ? 'See the dispatch' : village} · about ${minutes} min away. Tap to answer`,
    late: 'The time to accept is over',
    lateBody: 'The centre asks somebody else. Please open Silverbell.',
    withdrawn: 'CANCELLED: you need not go',
    withdrawnBody: (village: string) => (village === '' ? 'Please open Silverbell.' : `The task in ${village} was cancelled. Please open Silverbell.`),
    unknown: 'News from Silverbell',
    unknownBody: 'Please open Silverbell.',
  },
} as const;

/** Reads a push; null when it is of a newer service, or damaged. */
export function pushOf(text: string): Push | null {
  try {
    const said = JSON.parse(text) as Partial<Push> | null;
    if (said?.what !== 'offer' && said?.what !== 'withdrawn') return null;
    if (typeof said.offer !== 'string') return null;
    const { what, offer, village = '', minutes = 0, deadline = '' } = said;
    return { what, offer, village: String(village), minutes: Number(minutes), deadline: String(deadline) };
  } catch {
    return null;
  }
}

/** Returns what the phone shows. A browser demands that it shows something, whatever came. */
export function shownOf(push: Push | null, lang: Lang, now: number): Shown {
  const words = WORDS[lang];
  if (push === null) return { title: words.unknown, body: words.unknownBody, tag: 'silverbell' };
  const { what, offer: tag, village, minutes, deadline } = push;
  if (what === 'withdrawn') return { title: words.withdrawn, body: words.withdrawnBody(village), tag };
  // A phone's clock may be wrong: what cannot be read, or is hours away, is not called late.
  const late_ms = now - Date.parse(deadline);
  if (late_ms > 0 && late_ms < 30 * 60_000) return { title: words.late, body: words.lateBody, tag };
  return { title: words.offer, body: words.offerBody(village, minutes), tag };
}
