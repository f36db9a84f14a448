import { Fragment, useEffect, useRef } from 'react';

import { useSpeech } from '../../console/i18n';
import { Attribution } from '../../console/map/Attribution';
import { TilesLayer } from '../../console/map/TilesLayer';
import { useMap } from '../../console/map/use-map';
import { useTheme } from '../../console/state/theme';
import { useDistrict } from '../../console/state/use-district';
import { useMapInfo } from '../../console/state/use-map-info';
import { useAreas, useCoverage, useStandby } from '../state/answers';
import { useBoardDistrict } from '../state/district';
import { useWall } from '../state/wall';
import { AreasLayer } from './AreasLayer';
import { boardColoursOf } from './colours';
import { FreeLayer } from './FreeLayer';
import { MapKey } from './MapKey';
import { OutsideLayer } from './OutsideLayer';
import { StandbyLayer } from './StandbyLayer';

/** The district with what is within reach now, whoever is outside, and where people could wait. */
export function CoverageMap() {
  const { lang } = useSpeech();
  const frame = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const wall = useWall((state) => state.wall);
  // Never lite: nothing moves here by itself, so even a processor has the time to draw it finely.
  const map = useMap(frame, { theme, lite: false, hands: !wall });
  const streets = useMapInfo();
  const bounds = useDistrict(useBoardDistrict()).data?.bounds ?? null;
  const areas = useAreas().data?.data;
  const outside = useCoverage().data?.data.outside;
  // Asked for by the button beneath, or by the wall itself; here it is only drawn.
  const moves = useStandby(false).data?.data.suggestions;
  const colours = boardColoursOf(theme);

  useEffect(() => {
    if (map === null || bounds === null) return undefined;
    const [south, west, north, east] = bounds;
    const fit = (): void => void map.fitBounds([west, south, east, north], { padding: 16, animate: false });
    fit();
    // A line more beneath it makes the map smaller, and the district must still be seen whole.
    map.on('resize', fit);
    return () => void map.off('resize', fit);
  }, [map, bounds]);

  return (
    <div className="map-place">
      <div className="map-frame">
        <div className="map" ref={frame} />
        {streets.data !== undefined && <Attribution tiles={streets.data.tiles} />}
      </div>
      {map !== null && (
        <>
          <TilesLayer map={map} tiles={streets.data?.tiles ?? null} theme={theme} lite={false} />
          {/* Made anew with the streets, whose names lie above them. */}
          <Fragment key={`${theme} ${lang} ${streets.data?.tiles?.version}`}>
            <AreasLayer map={map} areas={areas} colours={colours} />
            <OutsideLayer map={map} outside={outside} wall={wall} colours={colours} />
            <FreeLayer map={map} colours={colours} />
          </Fragment>
          <StandbyLayer map={map} moves={moves} />
        </>
      )}
      <MapKey areas={areas} colours={colours} wall={wall} hasMoves={(moves ?? []).length > 0} />
    </div>
  );
}
