import { type Lang, tagOf } from './lang';

const UNITS: Record<Lang, Record<'s' | 'min' | 'minutes' | 'h' | 'd' | 'm' | 'km', string>> = {
  zh: { s: ' 秒', min: ' 分', minutes: ' 分钟', h: ' 小时', d: ' 天', m: ' 米', km: ' 公里' },
  en: { s: ' s', min: ' min', minutes: ' min', h: ' h', d: ' d', m: ' m', km: ' km' },
};

/** Returns a ticking clock of a duration: `0:07`, `12:40`, `1:02:03`; negative as zero. */
export function ticking(duration_ms: number): string {
  const total = Math.max(0, Math.floor(duration_ms / 1000));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  const seconds = String(total % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

/** Returns what is left until a moment, rounded up, so that `0:00` means it has passed. */
export function countdown(left_ms: number): string {
  return ticking(Math.ceil(Math.max(0, left_ms) / 1000) * 1000);
}

/** Returns a duration in words of one unit, two below an hour: `45 秒`, `3 分 20 秒`, `5 小时`, `2 天`. */
export function duration(duration_ms: number, lang: Lang): string {
  const unit = UNITS[lang];
  const total = Math.max(0, Math.round(duration_ms / 1000));
  if (total < 60) return `${total}${unit.s}`;
  if (total < 3600) {
    const seconds = total % 60;
    const minutes = Math.floor(total / 60);
    return seconds === 0 ? `${minutes}${unit.minutes}` : `${minutes}${unit.min} ${seconds}${unit.s}`;
  }
  if (total < 48 * 3600) return `${Math.floor(total / 3600)}${unit.h}`;
  return `${Math.floor(total / 86_400)}${unit.d}`;
}

/** Returns how long ago something was, coarsely: `12 秒前`, `3 分钟前`; the future counts as now. */
export function ago(age_ms: number, lang: Lang): string {
  const unit = UNITS[lang];
  const total = Math.max(0, Math.round(age_ms / 1000));
  const text =
    total < 60
      ? `${total}${unit.s}`
      : total < 3600
        ? `${Math.floor(total / 60)}${unit.minutes}`
        : total < 48 * 3600
          ? `${Math.floor(total / 3600)}${unit.h}`
          : `${Math.floor(total / 86_400)}${unit.d}`;
  return lang === 'zh' ? `${text}前` : `${text} ago`;
}

/** Returns things one after the other, with the comma of the language. */
export function listed(things: readonly string[], lang: Lang): string {
  return things.join(lang === 'zh' ? '、' : ', ');
}

/** Returns a travel time in whole minutes, never less than one: help that is a minute away is not there. */
export function eta(eta_s: number, lang: Lang): string {
  return `${Math.max(1, Math.ceil(eta_s / 60))}${UNITS[lang].minutes}`;
}

/** Returns a distance or a radius as people say it: `25 米`, `320 米`, `1.2 公里`. */
export function distance(distance_m: number, lang: Lang): string {
  const unit = UNITS[lang];
  if (distance_m < 100) return `${Math.round(distance_m)}${unit.m}`;
  if (distance_m < 950) return `${Math.round(distance_m / 10) * 10}${unit.m}`;
  const km = distance_m / 1000;
  return `${km < 10 ? km.toFixed(1) : Math.round(km)}${unit.km}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are slow to make and asked for hundreds of times a second; there are a handful of them. */
function formatOf(lang: Lang, zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${lang} ${zone ?? ''} ${Object.keys(options).join()}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(tagOf(lang), { ...options, ...(zone ? { timeZone: zone } : {}) });
    formats.set(key, format);
  }
  return format;
}

/** Returns the time of day on the centre's clock, `14:03:09`, in the district's zone. */
export function timeOfDay(at: string | number, lang: Lang, timeZone?: string): string {
  return formatOf(lang, timeZone, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(
    new Date(at),
  );
}

/** Returns date and time of day without seconds, `11/21 14:03`, in the district's zone. */
export function dayAndTime(at: string | number, lang: Lang, timeZone?: string): string {
  return formatOf(lang, timeZone, {
    month: lang === 'zh' ? 'numeric' : 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(at));
}
