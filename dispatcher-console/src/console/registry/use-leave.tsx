import { type ReactNode, useState } from 'react';

import { useRegistryDesk } from '../state/registry';
import { Leave } from './Leave';

/** Returns the way from one file to another: not past something unsaved without a question. */
export function useLeave<T>(part: string, go: (to: T) => void): { leaveFor: (to: T) => void; question: ReactNode } {
  const unsaved = useRegistryDesk((desk) => desk.unsaved.has(part));
  const [asked, setAsked] = useState<{ to: T } | null>(null);
  return {
    leaveFor: (to) => (unsaved ? setAsked({ to }) : go(to)),
    question:
      asked === null ? null : (
        <Leave
          onStay={() => setAsked(null)}
          onLeave={() => {
            setAsked(null);
            go(asked.to);
          }}
        />
      ),
  };
}
