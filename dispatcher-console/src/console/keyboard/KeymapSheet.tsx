import { type KeyboardEvent, useState } from 'react';

import { useSpeech } from '../i18n';
import { AS_IT_CAME, assigned, conflictOf, remapped, restored } from '../model/keymap';
import { shownStroke, strokeOf } from '../model/stroke';
import { changeKeymap, useKeymap } from '../state/keymap';
import { KeyCap } from '../ui/Kbd';
import { Sheet } from '../ui/Sheet';
import { type Command, COMMANDS, GROUPS } from './commands';
import { commandsHere } from './HelpSheet';

/** A key that was pressed for a command and that another one has. */
interface Wish {
  command: Command;
  stroke: string;
  by: Command;
}

/** Gives each command the key that suits this person; the browser remembers it. */
export function KeymapSheet() {
  const { t } = useSpeech();
  const keymap = useKeymap();
  const [listening, setListening] = useState<Command | null>(null);
  const [wish, setWish] = useState<Wish | null>(null);
  const [said, setSaid] = useState('');
  const name = ({ id }: Command): string => t(`command.${id}`);

  function take(command: Command, stroke: string): void {
    changeKeymap(remapped(command.id, stroke, COMMANDS, keymap));
    setWish(null);
    setSaid(t('keyboard.changed', { what: name(command), key: shownStroke(stroke) }));
  }

  function hear(command: Command, event: KeyboardEvent): void {
    if (listening !== command || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return setListening(null);
    const stroke = strokeOf(event.nativeEvent);
    if (stroke === null) return;
    setListening(null);
    const conflict = conflictOf(command.id, stroke, COMMANDS, keymap);
    if (conflict === null) return take(command, stroke);
    if (conflict.kind === 'reserved') return setSaid(t('keyboard.reserved', { key: shownStroke(stroke) }));
    setWish({ command, stroke, by: conflict.by });
    setSaid(t('keyboard.taken', { key: shownStroke(stroke), by: name(conflict.by) }));
  }

  function restore(command: Command): void {
    const then = restored(command, COMMANDS, keymap);
    if (then === null) return setSaid(t('keyboard.notRestored', { what: name(command) }));
    changeKeymap(then);
    setSaid(t('keyboard.restored', { what: name(command) }));
  }

  return (
    <Sheet title={t('keyboard.mapTitle')} hint={t('keyboard.mapHint')} wide>
      <label className="tick-box">
        <input type="checkbox" checked={keymap.letters} onChange={(event) => changeKeymap({ ...keymap, letters: event.target.checked })} />
        <span>{t('keyboard.letters')}</span>
      </label>
      <p className="key-said" role="status">
        {said}
        {wish !== null && (
          <>
            {' '}
            <button type="button" className="button small" autoFocus onClick={() => take(wish.command, wish.stroke)}>
              {t('keyboard.takeIt')}
            </button>{' '}
            <button type="button" className="button small quiet" onClick={() => [setWish(null), setSaid('')]}>
              {t('act.cancel')}
            </button>
          </>
        )}
      </p>
      <div className="key-groups">
        {GROUPS.map((group) => (
          <section key={group} aria-labelledby={`map-of-${group}`}>
            <h3 id={`map-of-${group}`}>{t(`commandGroup.${group}`)}</h3>
            <ul>
              {commandsHere()
                .filter((command) => command.group === group)
                .map((command) => (
                  <li key={command.id} data-remap={command.id}>
                    <span>{name(command)}</span>
                    <button
                      type="button"
                      className="button small key-button"
                      aria-label={t('keyboard.changeOf', { what: name(command), key: assigned(command, keymap).join(' ') })}
                      data-listening={listening === command}
                      onClick={() => [setListening(command), setWish(null), setSaid(t('keyboard.press', { what: name(command) }))]}
                      onKeyDown={(event) => hear(command, event)}
                      onBlur={() => setListening((now) => (now === command ? null : now))}
                    >
                      {listening === command ? (
                        t('keyboard.pressNow')
                      ) : assigned(command, keymap).length === 0 ? (
                        t('keyboard.none')
                      ) : (
                        assigned(command, keymap).map((key) => <KeyCap key={key} stroke={key} />)
                      )}
                    </button>
                    {keymap.changed[command.id] !== undefined && (
                      <button type="button" className="button small quiet" aria-label={t('keyboard.restoreOf', { what: name(command) })} onClick={() => restore(command)}>
                        ↺
                      </button>
                    )}
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={() => [changeKeymap(AS_IT_CAME), setSaid(t('keyboard.allRestored'))]}>
          {t('keyboard.restoreAll')}
        </button>
      </div>
    </Sheet>
  );
}
