import { type Map as MapLibre, Marker } from 'maplibre-gl';
import { useEffect, useRef } from 'react';

import { ago } from '../../shared/format';
import { useSpeech } from '../i18n';
import { type Mark, marksOf } from '../model/people';
import { useDesk } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { useNow } from '../state/now';

/**
 * Aides and rescuers on duty. Elements of the page and not of the map: moving one then repaints
 * nothing else, which PCs without a graphics card need (500 of them stay at 47 frames a second).
 */
export function PeopleLayer({ map }: { map: MapLibre }) {
  const { t, lang, word } = useSpeech();
  const responders = useFeed((feed) => feed.responders);
  const openTicket = useDesk((desk) => desk.openTicket);
  const now = useNow();
  const markers = useRef(new Map<string, Marker>());

  useEffect(() => {
    const drawn = markers.current;
    const marks = marksOf(responders.values(), now);
    const present = new Set(marks.map((mark) => mark.id));
    for (const [id, marker] of drawn) {
      if (present.has(id)) continue;
      marker.remove();
      drawn.delete(id);
    }
    for (const mark of marks) {
      let marker = drawn.get(mark.id);
      if (marker === undefined) {
        marker = new Marker({ element: newElement(mark) }).setLngLat([mark.lon, mark.lat]).addTo(map);
        drawn.set(mark.id, marker);
      } else {
        const at = marker.getLngLat();
        if (at.lng !== mark.lon || at.lat !== mark.lat) marker.setLngLat([mark.lon, mark.lat]);
      }
      const element = marker.getElement();
      const onThis = mark.ticket !== null && mark.ticket === openTicket;
      element.dataset['state'] = mark.state;
      element.dataset['stale'] = String(mark.stale);
      element.dataset['here'] = String(onThis);
      const label = t('map.person', {
        name: mark.name,
        role: word('role', mark.role),
        state: t(`map.${mark.state}`),
        age: ago(mark.age_ms, lang),
      });
      if (element.title !== label) element.title = label;
      element.setAttribute('aria-label', label);
      element.dataset['name'] = onThis ? mark.name : '';
    }
  }, [map, responders, now, openTicket, t, lang, word]);

  useEffect(() => {
    const drawn = markers.current;
    return () => {
      for (const marker of drawn.values()) marker.remove();
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
