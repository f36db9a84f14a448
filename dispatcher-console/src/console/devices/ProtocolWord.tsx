import { useSpeech } from '../i18n';

/** The protocol beside the plain word for a device, for those who care for them; not where both are one word. */
export function ProtocolWord({ protocol }: { protocol: string }) {
  const { word } = useSpeech();
  const text = word('protocol', protocol);
  if (text.toLowerCase() === word('deviceKind', protocol).toLowerCase()) return null;
  return <span className="muted">{text}</span>;
}
