import { createContext, useContext } from 'react';

import { useSpeech } from '../i18n';
import { type Fault, faultAt } from '../model/registry';

/** What is wrong with the form around a field. */
export const Faults = createContext<readonly Fault[]>([]);

export function useFault(field: string): Fault | null {
  return faultAt(useContext(Faults), field);
}

export interface FaultWords {
  /** What is wrong; the server's own words only where we have none. */
  whatWords: (fault: Fault) => string;
  /** Which field. */
  fieldWords: (field: string) => string;
}

/** Returns the ways to say what is wrong with a file. */
export function useFaultWords(): FaultWords {
  const { t, word } = useSpeech();
  return {
    whatWords: ({ code, detail }) => (code === 'wrong' && detail !== '' ? `${word('registryFault', code)}: ${detail}` : word('registryFault', code)),
    fieldWords: (field) => {
      const [, list, index, part = ''] = /^(contacts|temporary)\[(\d+)\](?:\.(\w+))?$/.exec(field) ?? [];
      if (index === undefined) return field === '' ? '' : word('registryField', field);
      const number = Number(index) + 1;
      if (list === 'contacts') return `${t('registry.contactNumber', { number })} ${word('registryField', `contact_${part}`)}`;
      const words = part === 'from' ? t('registry.from') : part === 'until' ? t('registry.until') : word('registryField', part);
      return `${t('registry.temporaryNumber', { number })} ${words}`;
    },
  };
}

/** All that is wrong, in one place, for those who cannot see the whole form at once. */
export function FaultSummary({ faults, why }: { faults: readonly Fault[]; why: string }) {
  const { t } = useSpeech();
  const { whatWords, fieldWords } = useFaultWords();
  return (
    <div role="alert">
      {why !== '' && <p className="fault">{why}</p>}
      {faults.length > 0 && (
        <>
          <p className="fault">{t('registry.notSaved', { number: faults.length })}</p>
          <ul className="fault-list">
            {faults.map((fault) => (
              <li key={`${fault.field} ${fault.code}`}>
                <strong>{fieldWords(fault.field)}</strong> {whatWords(fault)}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
