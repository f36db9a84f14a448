import { useEffect, useRef, useState } from 'react';

import { useSpeech } from '../i18n';
import { differences } from '../model/registry';
import type { Clash, Edited } from './use-edited';
import { useValueWords } from './use-value-words';

interface ClashTableProps<D extends object> {
  edited: Pick<Edited<D>, 'base' | 'draft' | 'settle'>;
  clash: Clash<D>;
}

/** What differs between what is written here and what somebody else has saved, field by field. */
export function ClashTable<D extends object>({ edited, clash }: ClashTableProps<D>) {
  const { t, word } = useSpeech();
  const valueWords = useValueWords();
  const all = differences(edited.base, edited.draft, clash.theirs);
  // What nobody changed here is theirs, unless somebody says otherwise.
  const [theirs, setTheirs] = useState<ReadonlySet<string>>(() => new Set(all.filter(({ changedHere }) => !changedHere).map(({ field }) => field)));
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever pressed "save" is at the other end of a long form.
  useEffect(() => heading.current?.focus(), []);
  function choose(field: string, isTheirs: boolean): void {
    const next = new Set(theirs);
    if (isTheirs) next.add(field);
    else next.delete(field);
    setTheirs(next);
  }
  return (
    <section className="clash" aria-labelledby="clash-heading">
      <div role="alert">
        <h3 id="clash-heading" ref={heading} tabIndex={-1}>
          {t('registry.whoChanged')}
        </h3>
      </div>
      <p>{t('registry.conflictHint')}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('registry.field')}</th>
            <th scope="col">{t('registry.mine')}</th>
            <th scope="col">{t('registry.theirs')}</th>
          </tr>
        </thead>
        <tbody>
          {all.map(({ field }) => (
            <tr key={field} data-field={field}>
              <th scope="row">{word('registryField', field)}</th>
              {[edited.draft, clash.theirs].map((side, index) => (
                <td key={index}>
                  <label className="check">
                    <input type="radio" name={`clash-${field}`} checked={theirs.has(field) === (index === 1)} onChange={() => choose(field, index === 1)} />{' '}
                    <span>{valueWords(field, side[field])}</span>
                  </label>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" className="button primary" onClick={() => edited.settle(theirs)}>
        {t('registry.useChoice')}
      </button>
    </section>
  );
}
