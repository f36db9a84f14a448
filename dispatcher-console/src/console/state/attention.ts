import i18next from 'i18next';

import alarmIcon from '../icon-alarm.svg';
import { isRinging } from '../model/queue';
import { useFeed } from './feed-store';
import { useSession } from './session';
import { useSound } from './sound';

const BLINK_MS = 1_000;

/**
 * Calls for eyes when ears cannot be reached: while the sound is blocked and an alarm waits, the
 * tab blinks the count, its icon is red, and a notification is shown where one was permitted before
 * (it is never asked for here). No word about anybody: a notification stays on the PC's screen.
 * Returns the way to stop.
 */
export function startAttention(): () => void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const calm = icon?.href ?? '';
  let blinking = false;
  let told = 0;

  const look = (): void => {
    const waiting = [...useFeed.getState().tickets.values()].filter(isRinging).length;
    const calls = waiting > 0 && useSound.getState().state !== 'ready' && useSession.getState().stage === 'in';
    if (!calls) {
      if (blinking) show(i18next.t('app.title'), calm);
      blinking = false;
      told = 0;
      return;
    }
    const on = Math.floor(performance.now() / BLINK_MS) % 2 === 0;
    blinking = true;
    show(on ? i18next.t('attention.title', { number: waiting }) : i18next.t('app.title'), alarmIcon);
    if (waiting > told) notification(waiting);
    told = waiting;
  };
  const show = (title: string, address: string): void => {
    if (document.title !== title) document.title = title;
    if (icon !== null && icon.href !== new URL(address, location.href).href) icon.href = address;
  };
  const stops = [
    useFeed.subscribe((feed, before) => feed.tickets !== before.tickets && look()),
    useSound.subscribe(look),
  ];
  const timer = setInterval(look, BLINK_MS);
  look();
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
    if (blinking) show(i18next.t('app.title'), calm);
  };
}

function notification(number: number): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  try {
    new Notification(i18next.t('attention.notification', { number }), {
      body: i18next.t('attention.notificationBody'),
      tag: 'silverbell-alarm',
      requireInteraction: true,
    });
  } catch {
    // Some browsers show them only from a service worker.
  }
}
