// checkout-sdk-node and the simulated account: a client, what it pays with, what it says when something fails.
import assert from 'node:assert/strict';
import { loadModule } from '../support/packages.mjs';

export const { Checkout, OAuthScopes } = await loadModule('checkout-sdk-node');

/** With the account's secret key. */
export const withKey = (sandbox, key = sandbox.checkout_key) => new Checkout(key, { host: sandbox.checkout });

/** By OAuth. The SDK knows the two hosts of its maker only, so the place of its tokens is told afterwards. */
export function withOAuth(sandbox, scope, secret = sandbox.checkout_client_secret) {
  const client = new Checkout(secret, { host: sandbox.checkout, client: sandbox.checkout_client_id, scope });
  client.config.environment.oAuthAuthorizationApi = `${sandbox.checkout}/connect/token`;
  return client;
}

export const card = (number = '4242424242424242') => ({
  number,
  expiry_month: 12,
  expiry_year: new Date().getUTCFullYear() + 3,
  name: 'Ada Lovelace',
  cvv: '100',
});

export const order = (changes = {}) => ({
  source: card(),
  amount: 4200,
  currency: 'EUR',
  reference: 'ORD-1',
  capture: false,
  customer: { email: 'ada@example.org', name: 'Ada Lovelace' },
  ...changes,
});

/** That `call` fails with an error of the SDK's class `name`; gives the error. */
export async function refused(call, name) {
  let failure;
  try {
    await call();
  } catch (error) {
    failure = error;
  }
  assert.ok(failure, `${name} was expected, and it went well`);
  assert.equal(failure.name, name, `${failure.message} ${JSON.stringify(failure.body)}`);
  return failure;
}
