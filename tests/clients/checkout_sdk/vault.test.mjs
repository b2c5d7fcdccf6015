// Customers and stored instruments through the SDK.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Sandbox } from '../support/programs.mjs';
import { order, refused, withKey } from './account.mjs';

let sandbox;
let cko;

before(async () => {
  sandbox = await Sandbox.start();
  cko = withKey(sandbox);
});
after(() => sandbox?.stop());

describe('a customer', () => {
  it('is made, read by id and by e-mail, changed and removed', async () => {
    const { id } = await cko.customers.create({ email: 'grace@example.org', name: 'Grace Hopper' });
    assert.match(id, /^cus_[a-z2-7]{26}$/);
    for (const key of [id, 'grace@example.org']) {
      const told = await cko.customers.get(key);
      assert.deepEqual([told.id, told.email, told.name], [id, 'grace@example.org', 'Grace Hopper']);
      assert.deepEqual(told.instruments, []);
    }
    await cko.customers.update(id, { name: 'Rear Admiral Hopper', metadata: { rank: 'O-7' } });
    const told = await cko.customers.get(id);
    assert.deepEqual(
      [told.name, told.email, told.metadata.rank],
      ['Rear Admiral Hopper', 'grace@example.org', 'O-7'],
    );
    await cko.customers.delete(id);
    await refused(() => cko.customers.get(id), 'NotFoundError');
  });

  it('of a payment is the same for the same e-mail, and has its card', async () => {
    const customer = { email: 'payer@example.org', name: 'Payer' };
    const [first, second] = [
      await cko.payments.request(order({ customer })),
      await cko.payments.request(order({ customer })),
    ];
    assert.equal(first.customer.id, second.customer.id);
    const { instruments } = await cko.customers.get(first.customer.id);
    assert.deepEqual(
      instruments.map(({ last4 }) => last4),
      ['4242'],
    );
    const instrument = await cko.instruments.get(instruments[0].id);
    assert.deepEqual(
      [instrument.type, instrument.last4, instrument.customer.id],
      ['card', '4242', first.customer.id],
    );
    assert.match(instrument.fingerprint, /.+/);
  });

  it('without a usable e-mail is refused', () =>
    refused(() => cko.customers.create({ email: 'nowhere' }), 'ValidationError'));
});

describe('an instrument', () => {
  it('pays again, is changed and removed', async () => {
    const { source, customer } = await cko.payments.request(order({ customer: { email: 'again@example.org' } }));
    const again = await cko.payments.request(order({ source: { id: source.id }, customer: undefined }));
    assert.deepEqual([again.approved, again.source.id, again.customer.id], [true, source.id, customer.id]);

    await cko.instruments.update(source.id, {
      type: 'card',
      expiry_month: 1,
      expiry_year: new Date().getUTCFullYear() + 5,
      name: 'New Name',
    });
    const told = await cko.instruments.get(source.id);
    assert.deepEqual([told.expiry_month, told.name], [1, 'New Name']);

    await cko.instruments.delete(source.id);
    await refused(() => cko.instruments.get(source.id), 'NotFoundError');
  });
});
