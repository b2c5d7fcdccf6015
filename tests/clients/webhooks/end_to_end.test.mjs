// Webhooks signed and sent by Node, taken by the daemon, and what jsforce finds in the org afterwards.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { load } from '../support/packages.mjs';
import { Daemon, Sandbox, eventually, scratchFolder } from '../support/programs.mjs';

const jsforce = load('jsforce');
let sandbox;
let daemon;
let org;

before(async () => {
  sandbox = await Sandbox.start('--tls', '--config-out', path.join(scratchFolder(), 'paysync.yaml'));
  https.globalAgent.options.ca = [sandbox.ca_file, sandbox.webhook_certificate].map((file) => readFileSync(file));
  daemon = await Daemon.start(sandbox.config);
  const { client_id: clientId, client_secret: clientSecret, salesforce: loginUrl } = sandbox;
  org = new jsforce.Connection({ version: '64.0', loginUrl, oauth2: { loginUrl, clientId, clientSecret } });
  await org.authorize({ grant_type: 'client_credentials' });
});
after(async () => {
  const code = await daemon?.stop();
  await sandbox?.stop();
  assert.equal(code, 0, daemon?.errors());
});

const signatureOf = (body, key = sandbox.signature_key) => createHmac('sha256', key).update(body).digest('hex');

/** Sends bytes and gives the status. */
function send(body, signature = signatureOf(body)) {
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
  if (signature) options.headers['Cko-Signature'] = signature;
  return new Promise((resolve, reject) => {
    const request = https.request(sandbox.webhook_url, options, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    request.on('error', reject).end(body);
  });
}

let count = 0;
const event = (type, payment, minute, more) => {
  const at = `2026-03-01T10:${String(minute).padStart(2, '0')}:00.1234567Z`;
  const data = {
    id: payment,
    action_id: `act_${++count}`,
    currency: 'EUR',
    reference: `ORD-${payment}`,
    processed_on: at,
  };
  return JSON.stringify({ id: `evt_${count}`, type, version: '2.1.0', created_on: at, data: { ...data, ...more } });
};
const approved = (payment, minute, more = {}) =>
  event('payment_approved', payment, minute, {
    amount: 4990,
    payment_type: 'Regular',
    response_code: '10000',
    customer: { id: `cus_${payment}`, email: `${payment}@example.org`, name: 'Zoë Ångström' },
    source: { type: 'card', scheme: 'VISA', last_4: '4242', expiry_month: 7, expiry_year: 2031 },
    balances: { total_authorized: 4990, total_captured: 0, total_refunded: 0 },
    ...more,
  });
const captured = (payment, minute) =>
  event('payment_captured', payment, minute, {
    amount: 4990,
    response_code: '10000',
    balances: { total_authorized: 4990, total_captured: 4990, total_refunded: 0 },
  });
const refunded = (payment, minute, amount) =>
  event('payment_refunded', payment, minute, {
    amount,
    response_code: '10000',
    balances: { total_authorized: 4990, total_captured: 4990, total_refunded: amount },
  });

const deal = (payment) => org.sobject('Opportunity').findOne({ Checkout_Payment_Id__c: payment });
const wonDeal = (payment) =>
  eventually(`${payment} is won`, async () => {
    const found = await deal(payment);
    return found?.IsWon && found;
  });

describe('a payment', () => {
  it('that is captured is a won opportunity of a contact with an account', async () => {
    assert.equal(await send(approved('pay_won', 0)), 200);
    assert.equal(await send(captured('pay_won', 1)), 200);
    const won = await wonDeal('pay_won');
    assert.deepEqual([won.StageName, won.Amount], ['Closed Won', 49.9]);
    const [contact] = await org
      .sobject('Contact')
      .find({ Checkout_Customer_Id__c: 'cus_pay_won' }, 'LastName, FirstName, Email, Checkout_Card__c, AccountId');
    assert.deepEqual(
      [contact.FirstName, contact.LastName, contact.Email],
      ['Zoë', 'Ångström', 'pay_won@example.org'],
    );
    assert.equal(contact.Checkout_Card__c, 'VISA 4242');
    assert.equal(contact.AccountId, won.AccountId);
  });

  it('that is told backwards, three times over, is one opportunity', async () => {
    const webhooks = [refunded('pay_back', 3, 1000), captured('pay_back', 2), approved('pay_back', 1)];
    for (const body of [...webhooks, ...webhooks, ...webhooks]) assert.equal(await send(body), 200);
    await wonDeal('pay_back');
    const refund = await eventually('its refund is there', async () => {
      const found = await deal('pay_back');
      return found.Refunded_Amount__c === 10 && found;
    });
    assert.equal(refund.IsWon, true);
    assert.equal(await org.sobject('Opportunity').count({ Checkout_Payment_Id__c: 'pay_back' }), 1);
    assert.equal(await org.sobject('Contact').count({ Checkout_Customer_Id__c: 'cus_pay_back' }), 1);
  });

  it('by the hundred comes in a few calls of the API', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `pay_many_${i}`);
    const statuses = await Promise.all(names.flatMap((name) => [send(approved(name, 1)), send(captured(name, 2))]));
    assert.ok(statuses.every((status) => status === 200));
    await eventually('all are won', async () => {
      const won = await org
        .sobject('Opportunity')
        .count({ Checkout_Payment_Id__c: { $like: 'pay_many_%' }, IsWon: true });
      return won === 100;
    });
  });
});

describe('a webhook', () => {
  it('is checked against its bytes as sent', async () => {
    const body = approved('pay_bytes', 5).replace('{"id"', '{ "id" ').replace('Zoë', 'Zo\\u00eb');
    assert.equal(await send(body), 200);
    assert.equal(await send(JSON.stringify(JSON.parse(body)), signatureOf(body)), 401);
  });

  it('without the right signature is refused and changes nothing', async () => {
    const body = approved('pay_forged', 6);
    assert.equal(await send(body, signatureOf(body, 'another key')), 401);
    assert.equal(await send(body, null), 401);
    assert.equal(await send(body, signatureOf(body).slice(1)), 401);
    assert.equal(await send(captured('pay_after', 7)), 200);
    assert.equal(await org.sobject('Contact').count({ Checkout_Customer_Id__c: 'cus_pay_forged' }), 0);
  });

  it('is found right when its signature is in capitals', async () => {
    const body = approved('pay_capitals', 8);
    assert.equal(await send(body, signatureOf(body).toUpperCase()), 200);
  });
});
