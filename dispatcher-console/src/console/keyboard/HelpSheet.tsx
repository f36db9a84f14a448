import { useSpeech } from '../i18n';
import { assigned } from '../model/keymap';
import { openDialog } from '../state/desk';
import { useKeymap } from '../state/keymap';
import { KeyCap } from '../ui/Kbd';
import { Sheet } from '../ui/Sheet';
import { type Command, COMMANDS, GROUPS } from './commands';
import { isPossible } from './press';

/** Returns the commands that this page has. */
export function commandsHere(): Command[] {
  return COMMANDS.filter((command) => command.optional !== true || isPossible(command));
}

/** Every key and what it does, as they are now. */
export function HelpSheet() {
  const { t } = useSpeech();
  const keymap = useKeymap();
  return (
    <Sheet title={t('keyboard.helpTitle')} hint={t('keyboard.helpHint')} wide>
      {!keymap.letters && <p className="doubt">{t('keyboard.lettersOff')}</p>}
      <div className="key-groups">
        {GROUPS.map((group) => (
          <section key={group} aria-labelledby={`keys-of-${group}`}>
            <h3 id={`keys-of-${group}`}>{t(`commandGroup.${group}`)}</h3>
            <dl>
              {commandsHere()
                .filter((command) => command.group === group)
                .map((command) => (
                  <div key={command.id}>
                    <dt>{t(`command.${command.id}`)}</dt>
                    <dd>
                      <Keys keys={assigned(command, keymap)} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
        <section aria-labelledby="keys-of-sheets">
          <h3 id="keys-of-sheets">{t('keyboard.sheets')}</h3>
          <dl>
            {(
              [
                ['Enter', t('keyboard.enter')],
                ['Ctrl+Enter', t('keyboard.ctrlEnter')],
                ['Escape', t('keyboard.escape')],
                ['1 … 9', t('keyboard.digits')],
              ] as const
            ).map(([key, what]) => (
              <div key={key}>
                <dt>{what}</dt>
                <dd>
                  <Keys keys={[key]} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={() => openDialog('keymap')}>
          {t('keyboard.change')}
        </button>
      </div>
    </Sheet>
  );
}

/** Keys as words too: here they are what the sheet is about, so readers hear them. */
function Keys({ keys }: { keys: readonly string[] }) {
  const { t } = useSpeech();
  if (keys.length === 0) return <span className="muted">{t('keyboard.none')}</span>;
  return (
    <>
      {keys.map((key) => (
        <span key={key}>
          <KeyCap stroke={key} />
          <span className="for-ears">{key} </span>
        </span>
      ))}
    </>
  );
}
