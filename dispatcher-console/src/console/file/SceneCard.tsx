import type { Scene } from '../../generated/Scene';
import { useSpeech } from '../i18n';
import { useFeed } from '../state/feed-store';
import { useTimes } from '../state/use-district';

/** How the senior was found, as whoever is there says it; red while a life is in danger and the ticket is open. */
export function SceneCard({ scene, isOpen }: { scene: Scene; isOpen: boolean }) {
  const { t, word } = useSpeech();
  const { timeOfDay } = useTimes();
  const name = useFeed((feed) => feed.responders.get(scene.responder)?.name) ?? scene.responder.slice(-6);
  const isGrave = scene.grave && isOpen;
  const facts: [string, string][] = [
    [t('scene.conscious'), word('consciousness', scene.conscious)],
    [t('scene.breathing'), word('breathingState', scene.breathing)],
  ];
  if (scene.fell !== null) facts.push([t('scene.fell'), t(scene.fell ? 'scene.yes' : 'scene.no')]);
  if (scene.pain !== null) facts.push([t('scene.pain'), word('pain', scene.pain)]);
  if (scene.measures.length > 0)
    facts.push([t('scene.measures'), scene.measures.map((measure) => word('measure', measure)).join(t('registry.and'))]);
  if (scene.outcome !== null) facts.push([t('scene.outcome'), word('outcome', scene.outcome)]);
  if (scene.note !== '') facts.push([t('scene.note'), scene.note]);
  return (
    <section className={isGrave ? 'entry unsecured' : 'entry'} aria-labelledby="scene-heading" data-scene={isGrave ? 'grave' : 'calm'}>
      <h3 id="scene-heading">
        {t('scene.heading')} <span className="muted light">{`${name} · ${timeOfDay(scene.at)}`}</span>
      </h3>
      {isGrave && <p className="fault">{t('scene.grave')}</p>}
      <dl className="entry-facts">
        {facts.map(([what, said]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{said}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
