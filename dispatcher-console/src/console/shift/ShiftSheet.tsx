import { ToggleGroup } from 'radix-ui';

import { useSpeech } from '../i18n';
import { DESK_STATES, type DeskState, isDeskState } from '../model/shift';
import { notify } from '../state/desk';
import { choose, useShift } from '../state/shift';
import { Sheet } from '../ui/Sheet';
import { NewNote } from './NewNote';
import { NoteList } from './NoteList';
import { WhoIsOn } from './WhoIsOn';

/** The shift: what one does, who else is on and what they hold, and what one shift tells the next. */
export function ShiftSheet() {
  const { t, word } = useSpeech();
  const state = useShift((shift) => shift.state);

  async function tell(chosen: DeskState): Promise<void> {
    if (!(await choose(chosen))) notify('bad', t('shift.notTold', { state: word('deskState', chosen) }));
  }

  return (
    <Sheet title={t('shift.title')} wide>
      <section className="shift-part" aria-labelledby="shift-own">
        <h3 id="shift-own">{t('shift.own')}</h3>
        <ToggleGroup.Root
          type="single"
          className="toggle"
          aria-labelledby="shift-own"
          value={state}
          onValueChange={(value) => isDeskState(value) && void tell(value)}
        >
          {DESK_STATES.map((code) => (
            <ToggleGroup.Item key={code} value={code}>
              {word('deskState', code)}
            </ToggleGroup.Item>
          ))}
        </ToggleGroup.Root>
        <p className="muted">{word('deskStateWhy', state)}</p>
      </section>
      <WhoIsOn />
      <section className="shift-part" aria-labelledby="shift-notes">
        <h3 id="shift-notes">{t('shift.notes')}</h3>
        <NewNote />
        <NoteList />
      </section>
    </Sheet>
  );
}
