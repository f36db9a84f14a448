import { useRef } from 'react';

import { useSpeech } from '../i18n';
import { useDesk } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { useTheme } from '../state/theme';
import { useLiteMap } from '../state/lite-map';
import { useDistrict } from '../state/use-district';
import { useMapInfo } from '../state/use-map-info';
import { Attribution } from './Attribution';
import { isSoftware } from './graphics';
import { Legend } from './Legend';
import { MapButtons } from './MapButtons';
import { PeopleLayer } from './PeopleLayer';
import { PinLayer } from './PinLayer';
import { RingsLayer } from './RingsLayer';
import { RoutesLayer } from './RoutesLayer';
import { SeniorLayer } from './SeniorLayer';
import { coloursOf } from './style';
import { TilesLayer } from './TilesLayer';
import { useMap } from './use-map';
import { useQuiet } from './use-quiet';

/** The district with its people; each layer is a component that only draws itself. */
export default function DistrictMap() {
  const { t } = useSpeech();
  const frame = useRef<HTMLDivElement>(null);
  const info = useDistrict();
  const streets = useMapInfo();
  const theme = useTheme();
  const chosen = useLiteMap((mode) => mode.chosen);
  const lite = chosen ?? isSoftware();
  const map = useMap(frame, { theme, lite, hands: true });
  const colours = coloursOf(theme);
  const tickets = useFeed((feed) => feed.tickets);
  const inHand = useDesk((desk) => desk.openTicket);
  const openTicket = useQuiet(inHand);
  const senior = openTicket === null ? null : (tickets.get(openTicket) ?? null);

  return (
    <>
      <div className="map-frame">
        <div className="map" ref={frame} data-lite={lite} />
        {streets.data !== undefined && <Attribution tiles={streets.data.tiles} />}
      </div>
      {map !== null && (
        <>
          <TilesLayer map={map} tiles={streets.data?.tiles ?? null} theme={theme} lite={lite} />
          <RingsLayer map={map} ticket={senior} colours={colours} />
          <RoutesLayer map={map} ticket={senior} colours={colours} />
          <SeniorLayer map={map} ticket={senior} colours={colours} />
          <PeopleLayer map={map} />
          <PinLayer map={map} />
          <MapButtons map={map} bounds={info.data?.bounds ?? null} ticket={inHand === null ? null : (tickets.get(inHand) ?? null)} lite={lite} />
        </>
      )}
      {(streets.isError || info.isError) && <p className="map-fault">{t('map.failed')}</p>}
      <Legend />
    </>
  );
}
