// Disputes through the SDK: found, told, answered with evidence, accepted.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Sandbox, eventually } from '../support/programs.mjs';
import { order, refused, withKey } from './account.mjs';

let sandbox;
let cko;
let payment;

const dispute = (number, type, day, more = {}) => ({
  id: `evt_${type.replaceAll('_', '')}${number}aaaaaaaaaa`.slice(0, 30),
  type,
  version: '1.0.0',
  created_on: `2026-03-${String(day).padStart(2, '0')}T10:00:00Z`,
  data: {
    id: `dsp_dispute${number}aaaaaaaaaaaaa`,
    category: 'fraudulent',
    amount: 4200,
    currency: 'EUR',
    reason_code: '10.4',
    payment_id: payment.id,
    payment_reference: 'ORD-1',
    payment_method: 'VISA',
    date: `2026-03-${String(day).padStart(2, '0')}T10:00:00Z`,
    ...more,
  },
});
const id = (number) => `dsp_dispute${number}aaaaaaaaaaaaa`;

before(async () => {
  sandbox = await Sandbox.start();
  cko = withKey(sandbox);
  payment = await cko.payments.request(order({ capture: true }));
  await eventually('it is captured', async () => (await cko.payments.get(payment.id)).status === 'Captured');
  await sandbox.ask('payments', [
    dispute(1, 'dispute_received', 1),
    dispute(1, 'dispute_evidence_required', 2, { evidence_required_by: '2030-01-01T00:00:00Z' }),
    dispute(2, 'dispute_evidence_required', 3, { evidence_required_by: '2030-01-01T00:00:00Z' }),
    dispute(3, 'dispute_evidence_required', 4),
    dispute(3, 'dispute_lost', 5),
  ]);
});
after(() => sandbox?.stop());

describe('disputes', () => {
  it('are listed, last changed first, in pages and by status', async () => {
    const all = await cko.disputes.get();
    assert.equal(all.total_count, 3);
    assert.deepEqual(
      all.data.map((one) => [one.id, one.status]),
      [
        [id(3), 'lost'],
        [id(2), 'evidence_required'],
        [id(1), 'evidence_required'],
      ],
    );
    assert.equal(all.data[0].payment_id, payment.id);
    const page = await cko.disputes.get({ limit: 1, skip: 1 });
    assert.deepEqual([page.limit, page.skip, page.total_count, page.data[0].id], [1, 1, 3, id(2)]);
    assert.deepEqual(
      (await cko.disputes.get({ statuses: 'lost,won' })).data.map((one) => one.id),
      [id(3)],
    );
    assert.equal((await cko.disputes.get({ payment_id: payment.id })).total_count, 3);
    const since = await cko.disputes.get({ from: '2026-03-03T00:00:00Z', to: '2026-03-04T00:00:00Z' });
    assert.deepEqual(
      since.data.map((one) => one.id),
      [id(2)],
    );
  });

  it('of a wrong question are refused', () => refused(() => cko.disputes.get({ limit: 251 }), 'ValidationError'));
});

describe('a dispute', () => {
  it('tells its payment and its deadline', async () => {
    const told = await cko.disputes.getDetails(id(1));
    assert.deepEqual(
      [told.id, told.status, told.category, told.amount],
      [id(1), 'evidence_required', 'fraudulent', 4200],
    );
    assert.deepEqual([told.payment.id, told.payment.amount, told.payment.currency], [payment.id, 4200, 'EUR']);
    assert.ok(told.evidence_required_by.startsWith('2030-01-01'));
  });

  it('is answered with evidence', async () => {
    await cko.disputes.provideEvidence(id(1), { additional_evidence_text: 'It was delivered.' });
    assert.equal((await cko.disputes.getEvidence(id(1))).additional_evidence_text, 'It was delivered.');
    await cko.disputes.submit(id(1));
    await eventually(
      'it is under review',
      async () => (await cko.disputes.getDetails(id(1))).status === 'evidence_under_review',
    );
  });

  it('is accepted', async () => {
    await cko.disputes.accept(id(2));
    await eventually('it is accepted', async () => (await cko.disputes.getDetails(id(2))).status === 'accepted');
  });

  it('that is not there is not found', async () => {
    const { body } = await refused(() => cko.disputes.getDetails('dsp_aaaaaaaaaaaaaaaaaaaaaa'), 'NotFoundError');
    assert.deepEqual(body, {});
  });
});
