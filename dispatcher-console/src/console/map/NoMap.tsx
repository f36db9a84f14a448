import { ago, distance } from '../../shared/format';
import { useSpeech } from '../i18n';
import { ringRadius_m } from '../model/circle';
import { type Near, nearest, ringOf } from '../model/near';
import { marksOf } from '../model/people';
import { useDesk } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { useNow } from '../state/now';

const RINGS_MIN = [10, 20, 30];

/** More rows than anybody would send: the rest is farther away still. */
const SHOWN = 40;

/** What a map would tell, for a PC that can draw none: who is how far away, in words and in a plain picture. */
export function NoMap() {
  const { t, lang, word } = useSpeech();
  const now = useNow();
  const responders = useFeed((feed) => feed.responders);
  const tickets = useFeed((feed) => feed.tickets);
  const openTicket = useDesk((desk) => desk.openTicket);
  const place = openTicket === null ? null : (tickets.get(openTicket)?.position ?? null);
  const marks = marksOf(responders.values(), now);
  const near = place === null ? null : nearest(marks, place);
  const rows = (near ?? marks.map((mark) => ({ mark, distance_m: null }))).slice(0, SHOWN);
  return (
    <div className="no-map" data-map="none">
      <p className="muted">{t('map.unavailable')}</p>
      {near !== null && <Rings near={near} label={t('map.picture')} />}
      <h3>{near === null ? t('map.onDuty') : t('map.nearby')}</h3>
      {rows.length === 0 && <p>{t('map.nobody')}</p>}
      <ol>
        {rows.map(({ mark, distance_m }) => (
          <li key={mark.id} data-state={mark.state} data-stale={mark.stale}>
            <strong>{mark.name}</strong>
            <span>{word('role', mark.role)}</span>
            <span>{mark.lost_ms === null ? t(`map.${mark.state}`) : t('map.lost', { age: ago(mark.lost_ms, lang) })}</span>
            {distance_m !== null && <span className="figure">{distance(distance_m, lang)}</span>}
            <span className="muted">{ago(mark.age_ms, lang)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The rings and who is in them; north is up. Drawn by the page itself, so it needs no graphics card. */
function Rings({ near, label }: { near: Near[]; label: string }) {
  const edge = ringRadius_m(Math.max(...RINGS_MIN)) * 1.08;
  return (
    <svg className="rings-picture" viewBox={`${-edge} ${-edge} ${2 * edge} ${2 * edge}`} role="img" aria-label={label}>
      {RINGS_MIN.map((minutes) => (
        <g key={minutes}>
          <circle className="ring" r={ringRadius_m(minutes)} vectorEffect="non-scaling-stroke" />
          <text x={edge / 60} y={-ringRadius_m(minutes) + edge / 14} fontSize={edge / 14}>
            {minutes}′
          </text>
        </g>
      ))}
      {near
        .filter(({ distance_m }) => ringOf(distance_m, RINGS_MIN) !== null)
        .map(({ mark, east_m, north_m }) => (
          <circle key={mark.id} className="dot" data-state={mark.state} cx={east_m} cy={-north_m} r={edge / 38} />
        ))}
      <circle className="door" r={edge / 30} />
    </svg>
  );
}
