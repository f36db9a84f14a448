import { useSpeech } from '../../console/i18n';
import { useFeed } from '../../console/state/feed-store';
import { peopleFigures, PRESENCES, ROLES } from '../model/people';
import { Tile } from '../Tile';

/** Who could go: aides and rescuers by what they are doing. */
export function PeopleTile() {
  const { t } = useSpeech();
  const figures = peopleFigures(useFeed((feed) => feed.responders).values());
  return (
    <Tile name="people" heading={t('boardPeople.heading')} age="feed">
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">{t('boardPeople.who')}</th>
            {PRESENCES.map((presence) => (
              <th key={presence} scope="col">
                {t(`boardPresence.${presence}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ROLES.map((role) => (
            <tr key={role}>
              <th scope="row">{t(`boardPeople.${role}`)}</th>
              {PRESENCES.map((presence) => (
                <td key={presence} className="figure" data-presence={presence} data-none={figures[role][presence] === 0}>
                  {figures[role][presence]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Tile>
  );
}
