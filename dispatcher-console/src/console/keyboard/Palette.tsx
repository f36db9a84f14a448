import { type KeyboardEvent, useId, useMemo, useState } from 'react';

import { useSpeech } from '../i18n';
import { nameOf } from '../model/distress';
import { commandsFor, ticketsFor } from '../model/palette';
import { steppedTo } from '../model/replacement';
import { isComposing } from '../model/stroke';
import { spokenNumber } from '../model/telephone';
import { closeDialog, notifyHint, openFile, openSeniorFile } from '../state/desk';
import { useFeed } from '../state/feed-store';
import { useWhyFailed } from '../state/why-failed';
import { Kbd } from '../ui/Kbd';
import { Sheet } from '../ui/Sheet';
import { UrgencyMark } from '../ui/UrgencyMark';
import { urgencyOf } from '../model/queue';
import { type Command, COMMANDS } from './commands';
import { isPossible, perform } from './press';
import { usePinyin } from './use-pinyin';
import { useSeniorSearch } from './use-senior-search';

/** One row of the palette: what it shows, and what choosing it does. */
interface Choice {
  id: string;
  group: 'tickets' | 'seniors' | 'commands';
  shown: React.ReactNode;
  choose: () => void;
}

/** Finds a ticket, a senior or a command by a few letters, and goes there. */
export function Palette() {
  const { t, word } = useSpeech();
  const whyFailed = useWhyFailed();
  const [typed, setTyped] = useState('');
  const [composing, setComposing] = useState(false);
  const [picked, setPicked] = useState<string | null>(null);
  const pinyin = usePinyin();
  const tickets = useFeed((feed) => feed.tickets);
  const search = useSeniorSearch(typed, composing);
  const list = useId();
  // What can be done is what could be done before this sheet covered the page.
  const possible = useMemo(() => COMMANDS.filter((command) => command.id !== 'palette' && isPossible(command)), []);

  const choices = useMemo<Choice[]>(() => {
    const named = possible.map((command) => ({ command, key: null, words: [t(`command.${command.id}`), command.id] }));
    return [
      ...ticketsFor(typed, tickets.values(), pinyin).map((ticket) => ({
        id: `${list}-t-${ticket.id}`,
        group: 'tickets' as const,
        choose: () => openFile(ticket.id),
        shown: (
          <>
            <UrgencyMark urgency={urgencyOf(ticket)} /> <strong>{nameOf(ticket, t) ?? t('queue.unknown')}</strong>{' '}
            <span className="muted">
              {ticket.who.village} · {word('kind', ticket.kind)} · {t('file.number', { number: ticket.number })}
            </span>
          </>
        ),
      })),
      ...search.seniors.map((senior) => ({
        id: `${list}-s-${senior.id}`,
        group: 'seniors' as const,
        choose: () => openSeniorFile(senior.id),
        shown: (
          <>
            <strong>{senior.name}</strong> {senior.age !== null && t('queue.age', { age: senior.age })}{' '}
            <span className="muted">
              {senior.village} · {senior.address} · {spokenNumber(senior.phone)}
            </span>
          </>
        ),
      })),
      ...commandsFor(typed, named, pinyin).map(({ command }) => ({
        id: `${list}-c-${command.id}`,
        group: 'commands' as const,
        choose: () => afterwards(command, () => t('keyboard.notNow', { what: t(`command.${command.id}`) })),
        shown: (
          <>
            {t(`command.${command.id}`)} <span className="grow" />
            <Kbd command={command.id} />
          </>
        ),
      })),
    ];
  }, [typed, tickets, pinyin, search.seniors, possible, t, word, list]);
  const current = chosenOf(choices, picked);
  const index = current === undefined ? -1 : choices.indexOf(current);

  function choose(choice: Choice): void {
    closeDialog();
    choice.choose();
  }

  function hear(event: KeyboardEvent): void {
    if (isComposing(event.nativeEvent)) return;
    const next = event.key === 'Home' || event.key === 'End' ? null : steppedTo(index, event.key, choices.length);
    if (next !== null) setPicked(choices[next]?.id ?? null);
    else if (event.key === 'Enter' && current !== undefined) choose(current);
    else return;
    event.preventDefault();
  }

  return (
    <Sheet title={t('palette.title')} wide>
      <input
        type="text"
        role="combobox"
        className="palette-input"
        autoFocus
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        placeholder={t('palette.hint')}
        aria-label={t('palette.label')}
        aria-expanded="true"
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={current?.id}
        value={typed}
        onChange={(event) => [setTyped(event.target.value), setPicked(null)]}
        onCompositionStart={() => setComposing(true)}
        onCompositionEnd={(event) => [setComposing(false), setTyped(event.currentTarget.value)]}
        onKeyDown={hear}
      />
      <p className="palette-state" role="status">
        {search.state === 'asking' && t('palette.asking')}
        {search.state === 'failed' && search.error !== null && <span className="fault">{t('palette.failed', { why: whyFailed(search.error) })}</span>}
        {search.state !== 'asking' && search.state !== 'failed' && (choices.length === 0 ? t('dialog.noMatch') : t('palette.count', { number: choices.length }))}
      </p>
      <div role="listbox" id={list} className="palette" aria-label={t('palette.title')}>
        {(['tickets', 'seniors', 'commands'] as const).map((group) => {
          const own = choices.filter((choice) => choice.group === group);
          return (
            own.length > 0 && (
              <div role="group" key={group} aria-label={t(`palette.${group}`)}>
                <p className="muted" aria-hidden="true">
                  {t(`palette.${group}`)}
                </p>
                {own.map((choice) => (
                  <div
                    key={choice.id}
                    id={choice.id}
                    role="option"
                    aria-selected={choice === current}
                    ref={choice === current ? reveal : undefined}
                    onClick={() => choose(choice)}
                  >
                    {choice.shown}
                  </div>
                ))}
              </div>
            )
          );
        })}
      </div>
    </Sheet>
  );
}

/**
 * Returns the row that Enter takes: the one picked, by what it is and not by its place, since alarms and answers
 * come in between; else the first, unless it is a command: letters of a name must not do what nobody meant.
 */
function chosenOf(choices: readonly Choice[], picked: string | null): Choice | undefined {
  const [first] = choices;
  return choices.find(({ id }) => id === picked) ?? (first?.group === 'commands' ? undefined : first);
}

function reveal(option: HTMLDivElement | null): void {
  option?.scrollIntoView({ block: 'nearest' });
}

/** Does a command once the palette is gone and the focus is back where it was. */
function afterwards(command: Command, notNow: () => string): void {
  setTimeout(() => {
    if (!perform(command)) notifyHint(notNow());
  });
}
