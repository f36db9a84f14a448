import { describe, expect, it, vi } from 'vitest';

import { SeatCard } from '../file/SeatCard';
import { PlanCard } from '../file/PlanCard';
import { teamOf } from '../model/team';
import { QueueRow } from '../queue/QueueRow';
import { at, cardLink, death, NOON, offer, ticket } from '../testing/samples';
import { wordsOf } from '../testing/render';
import { CallBackForm } from './CallBackForm';
import { CallBackRow } from './CallBackList';
import { DeathLine } from './DeathLine';
import { HandoverPanel } from './HandoverPanel';

vi.mock('../state/now', () => ({ useNow: () => NOON }));

const IDLE = { act: async () => true, busy: null };

describe('the panel of the hand-over', () => {
  it('has the steps with their times, and who has a link', () => {
    const words = wordsOf(
      'zh',
      <HandoverPanel
        ticket={ticket({
          times: { ambulance_arrived: at(), at_hospital: at(60_000) },
          handover: { hospital: '漳州市医院', taken_over_by: null },
          cards: [cardLink({ readings: 2 }), cardLink({ id: 'l2', to: '漳州市医院', revoked_at: at() })],
        })}
      />,
    );
    for (const part of ['急救卡', '生成链接', '· 漳州市医院', '看过 2 次', '还没有人看', '已收回', '给 120']) expect(words).toContain(part);
    expect(words).not.toMatch(/undefined|null/);
  });

  it('says of a death who confirmed it, and lets only somebody else sign', () => {
    const own = wordsOf('zh', <DeathLine death={death()} me="u1" archived={false} />);
    expect(own).toContain('120 急救已确认去世 · 林医生 3021');
    expect(own).toContain('登记人不能自己签字');
    expect(own).toContain('更正');
    expect(wordsOf('zh', <DeathLine death={death()} me="u2" archived={false} />)).toMatch(/待第二人签字。 签字$/);
    const signed = wordsOf('en', <DeathLine death={death({ signed_at: at() })} me="u1" archived={false} />);
    expect(signed).toContain('Signed by a second person');
    expect(wordsOf('zh', <HandoverPanel ticket={ticket({ death: death() })} />)).not.toContain('登记去世…');
  });

  it('only tells, once the ticket is filed away', () => {
    const words = wordsOf('zh', <HandoverPanel ticket={ticket({ status: 'closed', times: { archived: at() }, cards: [cardLink()] })} />);
    expect(words).toContain('急救卡');
    for (const part of ['生成链接', '收回', '登记去世']) expect(words).not.toContain(part);
  });
});

describe('a call back', () => {
  const due = { call: 'first', by: at(-60_000), tried: 2, attempts: 3, tried_at: at(-120_000), overdue: false };
  const closed = ticket({ status: 'closed', handling: 'closed', outcome: 'helped', call_back: due });

  it('says in its row until when, and how often nobody answered', () => {
    const words = wordsOf('zh', <CallBackRow ticket={closed} />);
    for (const part of ['陈桂兰', '第一次回访', '已超时', '已打 2/3 次，没有接通', '已上门救助']) expect(words).toContain(part);
  });

  it('asks for the result first; a grade only when somebody was reached', () => {
    const words = wordsOf('zh', <CallBackForm ticket={closed} callBack={due} senior={null} />);
    expect(words).toContain('本人接听 家属代答 没有接通');
    expect(words).not.toContain('很满意');
  });
});

describe('the responders’ own safety', () => {
  it('shows until when a word is due, and that none came', () => {
    const card = (changes: Parameters<typeof offer>[0]): string => {
      const there = offer({ status: 'on_scene', accepted_at: at(), on_scene_at: at(), ...changes });
      return wordsOf('zh', <SeatCard seat={teamOf(ticket({ offers: [there] }))[0]} act={IDLE} search="on" />);
    };
    expect(card({ word_due_at: at(600_000) })).toContain('报平安 至');
    expect(card({ word_due_at: at(600_000) })).toContain('已电话确认平安');
    expect(card({ word_due_at: at(-1_000) })).toContain('没有消息');
    expect(card({})).not.toContain('报平安');
  });

  it('names an aide who calls for help, and never an unknown senior', () => {
    const row = wordsOf('zh', <QueueRow ticket={ticket({ senior: null, who: { name: '陈阿明', age: null, village: null }, in_distress: 'r1', flags: ['responder_in_distress'] })} />);
    expect(row).toContain('助老员求救 · 陈阿明');
    expect(row).not.toContain('身份未知');
  });

  it('shows in the plan what is dangerous there', () => {
    const plan = { dialect: null, deaf: false, mute: false, absence: null, advice: '', hazards: ['dog', 'building'], died_at: null };
    expect(wordsOf('zh', <PlanCard plan={plan} />)).toContain('危险 有狗，会咬人、房屋危险');
  });
});
