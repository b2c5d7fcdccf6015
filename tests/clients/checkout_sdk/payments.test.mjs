// A payment's life through the SDK: request, details, actions, capture, refund, void, search.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Sandbox, eventually } from '../support/programs.mjs';
import { card, order, refused, withKey } from './account.mjs';

let sandbox;
let cko;

before(async () => {
  sandbox = await Sandbox.start();
  cko = withKey(sandbox);
});
after(() => sandbox?.stop());

const withStatus = (id, status) =>
  eventually(`${id} is ${status}`, async () => {
    const payment = await cko.payments.get(id);
    return payment.status === status && payment;
  });

describe('a payment', () => {
  it('that is authorized tells card, customer and code', async () => {
    const made = await cko.payments.request(order());
    assert.deepEqual([made.approved, made.status, made.response_code], [true, 'Authorized', '10000']);
    assert.match(made.id, /^pay_[a-z2-7]{26}$/);
    assert.match(made.action_id, /^act_[a-z2-7]{26}$/);
    assert.deepEqual([made.amount, made.currency, made.reference], [4200, 'EUR', 'ORD-1']);
    assert.equal(made.source.last4, '4242');
    assert.match(made.customer.id, /^cus_/);
    assert.equal(made.requiresRedirect, false);

    const told = await cko.payments.get(made.id);
    assert.deepEqual([told.id, told.status, told.approved, told.amount], [made.id, 'Authorized', true, 4200]);
    assert.deepEqual([told.balances.total_authorized, told.balances.available_to_capture], [4200, 4200]);
    assert.equal(told.source.last4, '4242');
    assert.equal(told.customer.email, 'ada@example.org');
    assert.ok(told._links.actions.href.endsWith(`/payments/${made.id}/actions`));
  });

  it('is captured when nobody says otherwise', async () => {
    const { id } = await cko.payments.request(order({ capture: true }));
    const payment = await withStatus(id, 'Captured');
    assert.equal(payment.balances.total_captured, 4200);
  });

  it('that the issuer declines is told with its code', async () => {
    const made = await cko.payments.request(order({ amount: 101 }));
    assert.deepEqual([made.approved, made.status, made.response_code], [false, 'Declined', '20051']);
    assert.equal((await cko.payments.get(made.id)).status, 'Declined');
  });

  it('goes through capture and refund, in parts', async () => {
    const { id } = await cko.payments.request(order());
    const part = await cko.payments.capture(id, { amount: 3000, reference: 'CAP-1', capture_type: 'NonFinal' });
    assert.match(part.action_id, /^act_/);
    assert.equal(part.reference, 'CAP-1');
    await withStatus(id, 'Partially Captured');
    await cko.payments.capture(id, { amount: 1200 });
    await withStatus(id, 'Captured');
    await cko.payments.refund(id, { amount: 1000, reference: 'REF-1' });
    await withStatus(id, 'Partially Refunded');
    await cko.payments.refund(id);
    const { balances } = await withStatus(id, 'Refunded');
    assert.deepEqual(
      [balances.total_captured, balances.total_refunded, balances.available_to_refund],
      [4200, 4200, 0],
    );

    const actions = await cko.payments.getActions(id);
    assert.deepEqual(
      actions.map(({ type, amount }) => [type, amount]),
      [
        ['Refund', 3200],
        ['Refund', 1000],
        ['Capture', 1200],
        ['Capture', 3000],
        ['Authorization', 4200],
      ],
    );
    assert.ok(actions.every((action) => action.approved && action.response_code && action.processed_on));
    assert.equal(new Set(actions.map((action) => action.id)).size, 5);
  });

  it('is voided, and then nothing is left to capture', async () => {
    const { id } = await cko.payments.request(order());
    await cko.payments.void(id, { reference: 'VOID-1' });
    await withStatus(id, 'Voided');
    await refused(() => cko.payments.capture(id), 'ActionNotAllowed');
  });

  it('cannot be refunded by more than was captured', async () => {
    const { id } = await cko.payments.request(order({ capture: true }));
    await withStatus(id, 'Captured');
    await refused(() => cko.payments.refund(id, { amount: 4201 }), 'ValidationError');
  });

  it('that was asked for twice with one key is one payment', async () => {
    const [first, second] = [
      await cko.payments.request(order(), 'key-1'),
      await cko.payments.request(order(), 'key-1'),
    ];
    assert.equal(second.id, first.id);
    assert.notEqual((await cko.payments.request(order(), 'key-2')).id, first.id);
  });

  it('that needs the payer elsewhere is pending with a link', async () => {
    const made = await cko.payments.request(
      order({
        '3ds': { enabled: true },
        success_url: 'https://example.org/ok',
        failure_url: 'https://example.org/no',
      }),
    );
    assert.deepEqual([made.status, made.requiresRedirect], ['Pending', true]);
    assert.match(made.redirectLink, /^http/);
  });

  it('of zero verifies the card', async () => {
    const made = await cko.payments.request(order({ amount: 0 }));
    assert.equal(made.status, 'Card Verified');
  });
});

describe('payments', () => {
  it('of one reference are listed, newest first', async () => {
    const ids = [];
    for (let i = 0; i < 3; ++i) ids.unshift((await cko.payments.request(order({ reference: 'LIST' }))).id);
    const page = await cko.payments.getPaymentList({ reference: 'LIST', limit: 2, skip: 0 });
    assert.deepEqual([page.limit, page.skip, page.total_count], [2, 0, 3]);
    assert.deepEqual(
      page.data.map(({ id }) => id),
      ids.slice(0, 2),
    );
    const rest = await cko.payments.getPaymentList({ reference: 'LIST', limit: 2, skip: 2 });
    assert.deepEqual(
      rest.data.map(({ id }) => id),
      ids.slice(2),
    );
  });

  it('are found by a query', async () => {
    const { id } = await cko.payments.request(order({ reference: 'SEARCHED' }));
    const found = await cko.payments.search({ query: `id:'${id}'`, limit: 10 });
    assert.deepEqual(
      found.data.map((payment) => payment.id),
      [id],
    );
  });

  it('that are asked for wrongly are refused with the reasons', async () => {
    const { http_code, body } = await refused(
      () => cko.payments.request(order({ source: card('4242424242424241') })),
      'ValidationError',
    );
    assert.equal(http_code, 422);
    assert.equal(body.error_type, 'request_invalid');
    assert.ok(body.request_id);
    assert.ok(body.error_codes.length > 0 && body.error_codes.every((code) => /^[a-z_0-9]+$/.test(code)));
  });

  it('that nobody made are not found, with an empty body', async () => {
    for (const call of ['get', 'getActions', 'capture', 'refund', 'void']) {
      const { http_code, body } = await refused(
        () => cko.payments[call]('pay_aaaaaaaaaaaaaaaaaaaaaaaaaa'),
        'NotFoundError',
      );
      assert.equal(http_code, 404);
      assert.deepEqual(body, {});
    }
  });
});
