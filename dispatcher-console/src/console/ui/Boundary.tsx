import { Component, type ReactNode } from 'react';

import { useSpeech } from '../i18n';

interface BoundaryProps {
  children: ReactNode;
  /** What the part is about: with another one it is tried anew by itself. */
  about?: string | null;
  /** What has failed, in words; without them, the part. */
  words?: string;
  /** What is to be done before the part is tried again. */
  onRetry?: () => void;
}

/** Whatever breaks in one part of the console stays in that part: the alarms beside it go on. */
export class Boundary extends Component<BoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidUpdate(before: BoundaryProps): void {
    if (this.state.failed && before.about !== this.props.about) this.setState({ failed: false });
  }

  private readonly retry = (): void => {
    this.props.onRetry?.();
    this.setState({ failed: false });
  };

  override render(): ReactNode {
    return this.state.failed ? <Broken words={this.props.words} retry={this.retry} /> : this.props.children;
  }
}

function Broken({ words, retry }: { words: string | undefined; retry: () => void }) {
  const { t } = useSpeech();
  return (
    <div className="panel empty broken" role="alert">
      <p>{words ?? t('app.broken')}</p>
      <button type="button" className="button" onClick={retry}>
        {t('queue.retry')}
      </button>
    </div>
  );
}
