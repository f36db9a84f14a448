import { describe, expect, it } from 'vitest';

import { seal, unseal } from './sealed';

describe('what must not lie in plain words', () => {
  it('is read again as it was', async () => {
    const sealed = await seal({ note: '倒在厨房' });
    expect(sealed === null ? null : await unseal(sealed)).toEqual({ note: '倒在厨房' });
  });

  it('tells nothing without its key, which cannot be taken out', async () => {
    const sealed = await seal({ note: 'in the kitchen' });
    if (sealed === null) throw new Error('nothing is sealed here');
    expect(new TextDecoder().decode(sealed.text)).not.toContain('kitchen');
    await expect(crypto.subtle.exportKey('raw', sealed.key)).rejects.toThrow();
  });

  it('is nothing when it was changed', async () => {
    const sealed = await seal({ note: 'in the kitchen' });
    if (sealed === null) throw new Error('nothing is sealed here');
    new Uint8Array(sealed.text)[0]! ^= 1;
    expect(await unseal(sealed)).toBeNull();
  });
});
