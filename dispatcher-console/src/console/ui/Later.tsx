import { type ComponentType, lazy, type ReactNode, Suspense, useState } from 'react';

import { Boundary } from './Boundary';

/** A part that is fetched when it is wanted, and once only. */
export interface LaterPart {
  now: ComponentType;
  load: () => Promise<ComponentType>;
}

/** Returns a part that comes when it is opened: no alarm waits for it, and the page is there sooner. */
export function later(load: LaterPart['load']): LaterPart {
  return { now: fetched(load), load };
}

/** React keeps a failed load for good: another try is another component. */
function fetched(load: LaterPart['load']): ComponentType {
  return lazy(async () => ({ default: await load() }));
}

interface LaterProps {
  part: LaterPart;
  /** What is shown until it is there. */
  waiting?: ReactNode;
  /** What has failed, in words. */
  words?: string;
}

/** Shows a part that comes later; when it could not be fetched, it is fetched anew if somebody wants. */
export function Later({ part, waiting = null, words }: LaterProps) {
  const [Part, setPart] = useState(() => part.now);
  function again(): void {
    part.now = fetched(part.load);
    setPart(() => part.now);
  }
  return (
    <Boundary onRetry={again} {...(words === undefined ? {} : { words })}>
      <Suspense fallback={waiting}>
        <Part />
      </Suspense>
    </Boundary>
  );
}
