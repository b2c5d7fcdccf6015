// Who may call, and how often: keys, OAuth, scopes, the errors that the SDK tells apart.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Sandbox } from '../support/programs.mjs';
import { OAuthScopes, order, refused, withKey, withOAuth } from './account.mjs';

let sandbox;
let payment;

before(async () => {
  sandbox = await Sandbox.start();
  payment = await withKey(sandbox).payments.request(order());
});
after(() => sandbox?.stop());

describe('a key', () => {
  it('that is not the account’s is refused with an empty body', async () => {
    const wrong = withKey(sandbox, 'sk_sbox_aaaaaaaaaaaaaaaaaaaaaaaaaa7');
    const { http_code, body } = await refused(() => wrong.payments.get(payment.id), 'AuthenticationError');
    assert.equal(http_code, 401);
    assert.deepEqual(body, {});
  });

  it('that is sent without "Bearer" is refused', async () => {
    const answer = await fetch(`${sandbox.checkout}/payments/${payment.id}`, {
      headers: { Authorization: sandbox.checkout_key },
    });
    assert.equal(answer.status, 401);
    assert.equal(await answer.text(), '');
  });
});

describe('OAuth', () => {
  it('gives a token that is used for several calls', async () => {
    const cko = withOAuth(sandbox, [OAuthScopes.GATEWAY]);
    assert.equal((await cko.payments.get(payment.id)).id, payment.id);
    const { token } = cko.config.access;
    await cko.payments.getActions(payment.id);
    assert.equal(cko.config.access.token, token);
    assert.match(cko.config.access.type, /^bearer$/i);
  });

  it('with a wrong secret is refused', async () => {
    const cko = withOAuth(sandbox, [OAuthScopes.GATEWAY], 'wrong');
    const { body } = await refused(() => cko.payments.get(payment.id), 'AuthenticationError');
    assert.equal(body.error, 'invalid_client');
  });

  it('lets a token do what its scopes say and no more', async () => {
    const cko = withOAuth(sandbox, [OAuthScopes.DISPUTES_VIEW]);
    assert.ok(Array.isArray((await cko.disputes.get()).data));
    await refused(() => cko.payments.get(payment.id), 'ActionNotAllowed');
  });
});

describe('the account', () => {
  it('refuses more calls in a second than it allows', async () => {
    const cko = withKey(sandbox);
    await sandbox.ask('checkout_faults', { reads_per_second: 3 });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => cko.payments.get(payment.id)));
    await sandbox.ask('checkout_faults', { reads_per_second: null });
    const failures = outcomes.filter(({ status }) => status === 'rejected').map(({ reason }) => reason);
    assert.ok(failures.length >= 2);
    assert.ok(failures.every(({ name, http_code }) => name === 'TooManyRequestsError' && http_code === 429));
    assert.ok(outcomes.some(({ status }) => status === 'fulfilled'));
  });

  it('names each answer, for its support', async () => {
    const { headers } = await fetch(`${sandbox.checkout}/payments/${payment.id}`, {
      headers: { Authorization: `Bearer ${sandbox.checkout_key}` },
    });
    assert.match(headers.get('cko-request-id'), /.+/);
    assert.match(headers.get('cko-version'), /.+/);
  });
});
