import './way.css';

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import type { OfferFile } from '../../generated/OfferFile';
import type { Way } from '../../generated/Way';
import { hasWebGl } from '../../console/map/graphics';
import type { Point } from '../../shared/distance';
import { ago, distance, eta } from '../../shared/format';
import { placeOf } from '../model/facts';
import { hereOf } from '../model/scene';
import { useAideState, usePage } from '../ui/context';
import { BigButton } from '../ui/parts';
import { type Asked, drawingOf, isDue, type KnownWay, oldBeginning_ms } from './way';
import type { DrawnMap } from './way-map';
import { wayWords } from './way-words';

const WIDTH = 320;
const HEIGHT = 200;

/** How far and how long, and the way itself: drawn at once, on a map as soon as that is here. */
export function WayCard({ file, now }: { file: OfferFile; now: number }): JSX.Element {
  const { aide, lang } = usePage();
  const words = wayWords(lang);
  const { position, live } = useAideState(aide);
  const [known, setKnown] = useState<KnownWay | 'unknown' | null>(null);
  const asked = useRef<Asked | null>(null);
  const here = hereOf(position, now);
  const offer = file.offer.id;
  const isLive = live.state === 'live';

  useEffect(() => {
    // Nobody is asked without a signal, nor for a glass that nobody sees.
    if (!isLive || document.visibilityState === 'hidden') return;
    const to = placeOf(file);
    if (!isDue(asked.current, here, to, now)) return;
    const question = { at: now, from: here, to, failed: false };
    asked.current = question;
    void aide.readWay(offer).then((answer) => {
      // Without an answer the last one stays, and it is asked again soon.
      if (answer === null) asked.current = { ...question, failed: true };
      else setKnown(answer === 'unknown' ? answer : { way: answer, at: aide.now() });
    });
  });

  if (known === null) return <p role="status">{isLive ? words.loading : words.none}</p>;
  if (known === 'unknown') return <p role="status">{words.unknown}</p>;
  const { way } = known;
  const old_ms = oldBeginning_ms(known, here, now);
  return (
    <>
      <p class="large">
        {distance(way.distance_m, lang)} · {eta(way.eta_s, lang)}
      </p>
      {way.eta_source === 'straight_line' && <p class="detail">{words.straight}</p>}
      {way.position_age_s === null && <p class="detail">{words.standby}</p>}
      {old_ms !== null && <p class="detail">{words.elsewhere.replace('{age}', ago(old_ms, lang))}</p>}
      <WayPicture way={way} here={here} />
    </>
  );
}

/** The outline, and over it the map; a phone that saves data, or cannot draw one, has the outline. */
function WayPicture({ way, here }: { way: Way; here: Point | null }): JSX.Element {
  const { aide, lang } = usePage();
  const words = wayWords(lang);
  const frame = useRef<HTMLDivElement>(null);
  const map = useRef<DrawnMap | null>(null);
  /** How often the map was wanted: seen, or tapped for. */
  const [wants, setWants] = useState(0);
  const [state, setState] = useState<'none' | 'drawn' | 'failed'>('none');
  const isNight = useNight();
  const saves = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;

  useEffect(() => {
    const element = frame.current;
    if (element === null || saves || typeof IntersectionObserver === 'undefined') return undefined;
    const seen = new IntersectionObserver(([entry]) => entry?.isIntersecting === true && setWants((times) => times || 1));
    seen.observe(element);
    return () => seen.disconnect();
  }, [saves]);

  const latest = useRef({ way, here });
  latest.current = { way, here };
  useEffect(() => {
    if (wants === 0 || frame.current === null) return undefined;
    if (!hasWebGl()) return setState('failed');
    let gone = false;
    const draw = async (container: HTMLDivElement): Promise<void> => {
      const [{ drawWay }, tiles] = await Promise.all([import('./way-map'), aide.readMap()]);
      if (gone) return;
      map.current = drawWay(container, latest.current.way, { tiles, lang, words, isNight, onReady: () => setState('drawn'), onFault: () => setState('failed') });
      map.current.update(latest.current.way, latest.current.here);
    };
    draw(frame.current).catch(() => !gone && setState('failed'));
    return () => {
      gone = true;
      map.current?.remove();
      map.current = null;
      setState('none');
    };
  }, [aide, lang, wants, words, isNight]);

  // Four times a second the page is drawn; the map only when something on it moves.
  useEffect(() => map.current?.update(way, here), [way, here?.lat, here?.lon]);

  return (
    <>
      <div class="way-picture" data-map={state}>
        <Outline way={way} here={here} label={words.drawing} isHidden={state === 'drawn'} />
        <div class="way-map" ref={frame} aria-hidden={state !== 'drawn'} />
      </div>
      {state === 'failed' && <p class="detail">{words.failed}</p>}
      {(state === 'failed' ? hasWebGl() : wants === 0 && saves) && (
        <BigButton look="calm" onTap={() => setWants((times) => times + 1)}>
          {words.show}
        </BigButton>
      )}
    </>
  );
}

/** Whether the phone is set for the dark: a map takes its colours when it is made, so at dusk another one is made. */
function useNight(): boolean {
  const [dark] = useState(() => matchMedia('(prefers-color-scheme: dark)'));
  const [isNight, setIsNight] = useState(dark.matches);
  useEffect(() => {
    const look = (): void => setIsNight(dark.matches);
    dark.addEventListener('change', look);
    return () => dark.removeEventListener('change', look);
  }, [dark]);
  return isNight;
}

function Outline({ way, here, label, isHidden }: { way: Way; here: Point | null; label: string; isHidden: boolean }): JSX.Element | null {
  const drawing = drawingOf(way.line, here, WIDTH, HEIGHT);
  if (drawing === null) return null;
  const { path, start, end } = drawing;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label} aria-hidden={isHidden}>
      <path class={way.eta_source === 'straight_line' ? 'way-line way-straight' : 'way-line'} d={path} />
      <circle class="way-here" cx={start[0]} cy={start[1]} r="8" />
      <path class="way-door" d={`M${end[0]} ${end[1]}l-9 -16h18Z`} />
      <path class="way-north" d="M300 30v-18m0 0l-5 7m5 -7l5 7" />
    </svg>
  );
}
