import { type Map as MapLibre, Marker } from 'maplibre-gl';
import { type KeyboardEvent, useEffect, useRef } from 'react';

import { useSpeech } from '../i18n';
import { coordinateText, movedBy, movedTo } from '../model/coordinates';
import { useDesk } from '../state/desk';
import { leavePin, movePin, usePin } from '../state/pin';
import { useAct } from '../state/use-act';
import { KeyCap } from '../ui/Kbd';

/** The pin by which an operator corrects where a senior is: by mouse, or by keys alone. */
export function PinLayer({ map }: { map: MapLibre }) {
  const { t } = useSpeech();
  const pin = usePin((state) => state.pin);
  const openTicket = useDesk((desk) => desk.openTicket);
  const ticket = pin?.ticket ?? null;
  const marker = useRef<Marker | null>(null);
  const lat = pin?.lat;
  const lon = pin?.lon;

  useEffect(() => {
    // A pin belongs to the file it was begun in.
    if (ticket !== null && ticket !== openTicket) leavePin();
  }, [ticket, openTicket]);

  useEffect(() => {
    if (ticket === null) return undefined;
    const element = document.createElement('div');
    element.className = 'mark-pin';
    element.setAttribute('role', 'img');
    element.setAttribute('aria-label', t('map.pinMark'));
    const put = ({ lat, lng }: { lat: number; lng: number }): void => {
      const { pin } = usePin.getState();
      if (pin !== null) movePin(movedTo(pin, lat, lng));
    };
    const clicked = ({ lngLat }: { lngLat: { lat: number; lng: number } }): void => put(lngLat);
    const { pin } = usePin.getState();
    const drawn = new Marker({ element, draggable: true, anchor: 'bottom' }).setLngLat([pin?.lon ?? 0, pin?.lat ?? 0]).addTo(map);
    drawn.on('drag', () => put(drawn.getLngLat()));
    map.on('click', clicked);
    marker.current = drawn;
    return () => {
      map.off('click', clicked);
      drawn.remove();
      marker.current = null;
    };
  }, [map, ticket, t]);

  useEffect(() => {
    if (lat === undefined || lon === undefined) return;
    marker.current?.setLngLat([lon, lat]);
    if (!map.getBounds().contains([lon, lat])) map.jumpTo({ center: [lon, lat] });
  }, [map, lat, lon]);

  return pin === null || ticket === null ? null : <PinBar key={ticket} ticket={ticket} />;
}

/** What the pin says, and the keys that move it. */
function PinBar({ ticket }: { ticket: string }) {
  const { t } = useSpeech();
  const { act, busy } = useAct(ticket);
  const pin = usePin((state) => state.pin);
  if (pin === null) return null;

  async function set(): Promise<void> {
    const at = usePin.getState().pin;
    if (at === null) return;
    // What was not done has been told by then, and the pin stays where it was put.
    if (await act(`/v1/tickets/${ticket}/place`, { lat: at.lat, lon: at.lon }, t('map.pin'))) leavePin();
  }

  function moved(event: KeyboardEvent): void {
    const { pin } = usePin.getState();
    if (pin === null || event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      leavePin();
      return;
    }
    const next = movedBy(pin, event.key, event.shiftKey);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    movePin(next);
  }

  return (
    <div className="pin-bar" role="group" aria-label={t('map.pin')} onKeyDown={moved}>
      <p id="pin-hint">{t('map.pinHint')}</p>
      <output className="pin-at" aria-live="polite">
        {t('map.pinAt', { place: coordinateText(pin) })}
      </output>
      <div className="pin-buttons">
        <button type="button" className="button small primary" autoFocus disabled={busy !== null} aria-describedby="pin-hint" onClick={() => void set()}>
          {t('map.pinSet')} <KeyCap stroke="Enter" />
        </button>
        <button type="button" className="button small" onClick={leavePin}>
          {t('map.pinLeave')} <KeyCap stroke="Escape" />
        </button>
      </div>
    </div>
  );
}
