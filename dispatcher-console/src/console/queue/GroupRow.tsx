import { memo } from 'react';

import { ticking } from '../../shared/format';
import { useSpeech } from '../i18n';
import type { Group } from '../model/flood';
import { useNow } from '../state/now';
import { UrgencyMark } from '../ui/UrgencyMark';

/** The head of a village's tickets while a flood lasts: how many, how many wait, since when. */
export const GroupRow = memo(function GroupRow({ group, onToggle }: { group: Group; onToggle: (key: string) => void }) {
  const { t } = useSpeech();
  const now = useNow();
  return (
    <button
      type="button"
      className={`row group edge-u${group.urgency}`}
      data-group={group.key}
      aria-expanded={group.open}
      onClick={() => onToggle(group.key)}
    >
      <span className="row-line">
        <span aria-hidden="true">{group.open ? '▾' : '▸'}</span>
        <UrgencyMark urgency={group.urgency} />
        <strong>{group.village === '' ? t('flood.noVillage') : group.village}</strong>
        <span>{t('flood.tickets', { number: group.total })}</span>
        <span className={group.oldest === null ? 'muted' : 'unanswered'}>
          {group.oldest === null
            ? t('flood.allOwned')
            : t('flood.oldest', { number: group.unanswered, age: ticking(now - group.oldest) })}
        </span>
      </span>
    </button>
  );
});
