import { type Map as MapLibre, Marker } from 'maplibre-gl';
import { useEffect, useRef } from 'react';

import { ago } from '../../shared/format';
import { useSpeech } from '../i18n';
import { inTens, type Mark, marksOf, toldOf } from '../model/people';
import { useDesk } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { useNow } from '../state/now';

/** Somebody on the map, and what was last told of them. */
interface Drawn {
  marker: Marker;
  told: string;
}

/**
 * Aides and rescuers on duty, moved once a second at most and only while somebody can see it. Elements of the page
 * and not of the map: moving one then repaints nothing else, which PCs without a graphics card need (500 of them stay
 * at 47 frames a second). Words are put only where they change: two hundred labels a second, each of five phrases,
 * kept the row of an alarm waiting.
 */
export function PeopleLayer({ map }: { map: MapLibre }) {
  const { t, lang, word } = useSpeech();
  const openTicket = useDesk((desk) => desk.openTicket);
  const now = useNow();
  const people = useRef(new Map<string, Drawn>());

  useEffect(() => {
    if (document.visibilityState === 'hidden') return;
    const drawn = people.current;
    // Read and not followed: the clock's tick is when people move.
    const marks = marksOf(useFeed.getState().responders.values(), now);
    const present = new Set(marks.map((mark) => mark.id));
    for (const [id, { marker }] of drawn) {
      if (present.has(id)) continue;
      marker.remove();
      drawn.delete(id);
    }
    for (const mark of marks) {
      let one = drawn.get(mark.id);
      if (one === undefined) {
        one = { marker: new Marker({ element: newElement(mark) }).setLngLat([mark.lon, mark.lat]).addTo(map), told: '' };
        drawn.set(mark.id, one);
      }
      const at = one.marker.getLngLat();
      if (at.lng !== mark.lon || at.lat !== mark.lat) one.marker.setLngLat([mark.lon, mark.lat]);
      const onThis = mark.ticket !== null && mark.ticket === openTicket;
      const told = `${lang} ${onThis} ${toldOf(mark)}`;
      if (one.told === told) continue;
      one.told = told;
      const element = one.marker.getElement();
      element.dataset['state'] = mark.state;
      element.dataset['stale'] = String(mark.stale);
      element.dataset['lost'] = String(mark.lost_ms !== null);
      element.dataset['here'] = String(onThis);
      element.dataset['letter'] = mark.stale ? `${Math.floor(mark.age_ms / 60_000)}′` : t(`map.letter.${mark.state}`);
      element.title = t('map.person', {
        name: mark.name,
        role: word('role', mark.role),
        state: mark.lost_ms === null ? t(`map.${mark.state}`) : t('map.lost', { age: ago(inTens(mark.lost_ms), lang) }),
        age: ago(inTens(mark.age_ms), lang),
      });
      element.setAttribute('aria-label', element.title);
      element.dataset['name'] = onThis ? mark.name : '';
    }
  }, [map, now, openTicket, t, lang, word]);

  useEffect(() => {
    const drawn = people.current;
    return () => {
      for (const { marker } of drawn.values()) marker.remove();
      drawn.clear();
    };
  }, [map]);
  return null;
}

function newElement({ id, role }: Mark): HTMLElement {
  const element = document.createElement('div');
  element.className = `mark-person ${role}`;
  element.dataset['responder'] = id;
  element.setAttribute('role', 'img');
  return element;
}
