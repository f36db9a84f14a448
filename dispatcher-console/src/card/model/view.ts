import { ago, dayAndTime, distance } from '../../shared/format';
import type { Lang } from '../../shared/lang';
import { keyOf, type Translate, type WordKey } from '../words/words';
import type { Card } from './card';

/** One thing that is said: in words, with a telephone number to dial where there is one. */
export interface Line {
  /** What it is, where the heading does not say so. */
  label: string | null;
  text: string;
  /** As people write it. */
  phone: string | null;
  /** Whether it is read last of its section. */
  minor?: boolean;
}

/** A heading with what stands below it: never nothing. */
export interface Section {
  name: 'where' | 'what' | 'scene' | 'allergies' | 'hazards' | 'talk' | 'advice' | 'conditions' | 'medicines' | 'team' | 'contacts' | 'called' | 'handover';
  heading: string;
  lines: Line[];
}

/** What is on the card, in the order in which a crew needs it. */
export interface CardView {
  /** The name, and what is known beside it. */
  name: string;
  about: string[];
  /** What must be seen with the name. */
  warnings: string[];
  phone: string | null;
  sections: Section[];
}

/** After so long a card says that it is old. */
const OLD_MS = 5 * 60_000;

const filled = (text: string | null | undefined): text is string => typeof text === 'string' && text.trim() !== '';

const line = (text: string, label: string | null = null, phone: string | null = null): Line => ({ label, text, phone });

/** Returns what is shown of a card; what nobody recorded is left out, with its heading. */
export function viewOf(card: Card, t: Translate, lang: Lang, now: number): CardView {
  const sections: [Section['name'], Line[]][] = [
    ['where', whereOf(card, t, lang, now)],
    ['what', whatOf(card, t, lang, now)],
    ['scene', sceneOf(card, t, lang)],
    ['allergies', listed(card.allergies, lang)],
    ['hazards', hazardsOf(card, t)],
    ['talk', talkOf(card, t)],
    ['advice', filled(card.plan?.advice) ? [line(card.plan.advice)] : []],
    ['conditions', listed(card.conditions, lang)],
    ['medicines', listed(card.medicines, lang)],
    ['team', card.team.map((person) => teamLine(person, t, lang))],
    ['contacts', contactsOf(card, t)],
    ['called', card.called.map((call) => calledLine(call, t, lang))],
    ['handover', handoverOf(card, t)],
  ];
  const inDistress = card.flags.includes('responder_in_distress');
  return {
    name: filled(card.name) ? card.name : t('who.unknown'),
    about: aboutOf(card, t),
    warnings: [
      ...(inDistress ? [t('who.in_distress')] : []),
      ...(card.flags.includes('deceased') || filled(card.plan?.died_at) ? [t('who.deceased')] : []),
    ],
    phone: filled(card.phone) ? card.phone : null,
    sections: sections
      .filter(([, lines]) => lines.length > 0)
      .map(([name, lines]) => ({ name, heading: t(`head.${name}`), lines })),
  };
}

/** Returns how old a card is, null while it is new. */
export function oldSince(card: Card, now: number): number | null {
  const age_ms = now - Date.parse(card.at);
  return age_ms > OLD_MS ? age_ms : null;
}

/** Returns whether the link can no longer be read. */
export function hasExpired({ expires_at }: Card, now: number): boolean {
  return expires_at !== null && Date.parse(expires_at) <= now;
}

function aboutOf(card: Card, t: Translate): string[] {
  const sex = card.sex === null ? null : keyOf('who', card.sex);
  return [sex === null ? '' : t(sex), card.age === null ? '' : t('who.age', { n: card.age })].filter(filled);
}

function whereOf(card: Card, t: Translate, lang: Lang, now: number): Line[] {
  const lines: Line[] = [];
  if (filled(card.place)) lines.push(line(card.place, t('where.place')));
  // Many addresses begin with the village.
  const village = filled(card.village) && !(card.address ?? '').includes(card.village) ? card.village : '';
  const address = [village, card.address].filter(filled).join(' ');
  if (address !== '') lines.push(line(address, t('where.address')));
  if (filled(card.access)) lines.push(line(card.access, t('where.access')));
  for (const { kind, place, note, code } of card.keys) {
    const said = kind === 'code' ? (code ?? t('where.ask_code')) : '';
    lines.push(line([place, said, note].filter(filled).join(' · '), t(keyOf('key', kind) ?? 'key.key')));
  }
  const absence = card.plan?.absence ?? null;
  if (absence !== null) {
    const away = t(absence.place === 'hospital' ? 'where.hospital' : 'where.away');
    lines.push(line([away, absence.note].filter(filled).join(' · ')));
  }
  if (card.position !== null) lines.push({ ...line(positionWords(card.position, t, lang, now), t('where.position')), minor: true });
  return lines.length === 0 ? [line(t('where.unknown'))] : lines;
}

function positionWords(position: NonNullable<Card['position']>, t: Translate, lang: Lang, now: number): string {
  const { lat, lon, source, accuracy_m, at } = position;
  const parts = [`${lat.toFixed(5)}, ${lon.toFixed(5)} (WGS-84)`, t(keyOf('source', source) ?? 'source.other')];
  if (accuracy_m !== null) parts.push(t('where.radius', { radius: distance(accuracy_m, lang) }));
  // The home is no measurement, and has no age.
  if (source !== 'home') parts.push(t('where.fixed', { time: dayAndTime(at, lang), age: ago(now - Date.parse(at), lang) }));
  return parts.join(' · ');
}

/** What is doubtful and matters to whoever goes there; the rest is the centre's business. */
const TOLD_FLAGS = ['unverified', 'no_position', 'position_doubtful', 'no_voice', 'in_hospital', 'away', 'delayed'];

function whatOf(card: Card, t: Translate, lang: Lang, now: number): Line[] {
  const cause = card.cause === null ? null : keyOf('cause', card.cause);
  const received = {
    time: dayAndTime(card.received_at, lang),
    age: ago(now - Date.parse(card.received_at), lang),
  };
  const kind = t(keyOf('kind', card.kind) ?? 'kind.other');
  const first = [kind, cause === null ? '' : t(cause), t('what.received', received)].filter(filled).join(' · ');
  const flags = card.flags.filter((flag) => TOLD_FLAGS.includes(flag)).map((flag) => keyOf('flag', flag));
  const doubts = flags.filter((key): key is WordKey => key !== null).map((key) => t(key));
  return [
    line(first),
    ...(doubts.length === 0 ? [] : [{ ...line(doubts.join(' · ')), minor: true }]),
    ...card.notes
      .filter(({ text }) => filled(text))
      .map(({ at, text }) => line(t('what.note', { time: clockOf(at, lang), text }))),
  ];
}

/** How the person was found, and what was done: what a crew asks first. */
function sceneOf({ scene }: Card, t: Translate, lang: Lang): Line[] {
  if (scene === null) return [];
  const joint = lang === 'zh' ? '、' : ', ';
  const spoken = (prefix: 'conscious' | 'breathing' | 'pain' | 'measure', code: string | null): string => {
    const key = code === null ? null : keyOf(prefix, code);
    return key === null ? '' : t(key);
  };
  const state = [spoken('conscious', scene.conscious), spoken('breathing', scene.breathing), spoken('pain', scene.pain)];
  if (scene.fell === true) state.push(t('scene.fell'));
  const done = scene.measures.map((code) => spoken('measure', code)).filter(filled);
  return [
    line(`${clockOf(scene.at, lang)} ${state.filter(filled).join(' · ')}`),
    ...(done.length === 0 ? [] : [line(t('scene.done', { measures: done.join(joint) }))]),
    ...(filled(scene.note) ? [line(scene.note)] : []),
  ];
}

function listed(items: readonly string[], lang: Lang): Line[] {
  const said = items.filter(filled);
  return said.length === 0 ? [] : [line(said.join(lang === 'zh' ? '、' : ', '))];
}

function hazardsOf(card: Card, t: Translate): Line[] {
  const hazards = [...new Set([...card.hazards, ...(card.plan?.hazards ?? [])])].filter(filled);
  const words = hazards.map((code) => {
    const key = keyOf('hazard', code);
    return key === null ? t('hazard.other', { code }) : t(key);
  });
  return words.length === 0 ? [] : [line(words.join(' · '))];
}

function talkOf({ plan }: Card, t: Translate): Line[] {
  if (plan === null) return [];
  const words = [
    plan.deaf ? t('talk.deaf') : '',
    plan.mute ? t('talk.mute') : '',
    filled(plan.dialect) ? t('talk.dialect', { dialect: plan.dialect }) : '',
  ].filter(filled);
  return words.length === 0 ? [] : [line(words.join(' · '))];
}

function teamLine({ name, phone, role, status, on_scene_at }: Card['team'][number], t: Translate, lang: Lang): Line {
  const isThere = status === 'on_scene' && on_scene_at !== null;
  const step = keyOf('status', status);
  const words = isThere ? t('status.on_scene_since', { time: clockOf(on_scene_at, lang) }) : step === null ? '' : t(step);
  const place = keyOf('role', role);
  const text = [name, place === null ? '' : t(place), words].filter(filled).join(' · ');
  return line(text, null, filled(phone) ? phone : null);
}

function contactsOf({ contacts }: Card, t: Translate): Line[] {
  return contacts
    .filter(({ name, phone }) => filled(name) || filled(phone))
    .map(({ name, relation, phone, hours, opens_door }) => {
      const text = [name, relation, opens_door ? t('contact.opens_door') : '', hours].filter(filled).join(' · ');
      return line(text, null, filled(phone) ? phone : null);
    });
}

function calledLine({ to, at, reference, eta_min }: Card['called'][number], t: Translate, lang: Lang): Line {
  const target = keyOf('called', to);
  const parts = [`${target === null ? to : t(target)} ${clockOf(at, lang)}`];
  if (filled(reference)) parts.push(t('called.reference', { reference }));
  // When, and not in how long: that was said when they were called.
  if (eta_min !== null) parts.push(t('called.eta', { time: clockOf(Date.parse(at) + eta_min * 60_000, lang) }));
  return line(parts.join(' · '));
}

function handoverOf({ handover }: Card, t: Translate): Line[] {
  const lines: Line[] = [];
  if (filled(handover?.hospital)) lines.push(line(t('handover.hospital', { hospital: handover.hospital })));
  if (filled(handover?.taken_over_by)) lines.push(line(t('handover.by', { name: handover.taken_over_by })));
  return lines;
}

/** Hours and minutes: seconds are nobody's need here. */
function clockOf(at: string | number, lang: Lang): string {
  const tag = lang === 'zh' ? 'zh-CN' : 'en';
  return new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at));
}
