// Orgs that differ: several currencies, person accounts, objects of one's own, assignment rules.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Sandbox, scratchFolder } from '../support/programs.mjs';
import { connect, refused } from './connection.mjs';

let sandbox;
let connection;

const startWith = (...options) =>
  before(async () => {
    sandbox = await Sandbox.start(...options);
    connection = await connect(sandbox);
  });

describe('an org with one currency', () => {
  startWith('--currency', 'EUR');
  after(() => sandbox?.stop());

  it('has no currency on its records', async () => {
    await refused(() => connection.query('SELECT CurrencyIsoCode FROM Opportunity'), 'INVALID_FIELD');
    await refused(() => connection.query('SELECT IsoCode FROM CurrencyType'), 'INVALID_TYPE');
  });
});

describe('an org with several currencies', () => {
  startWith('--currency', 'EUR', '--multi-currency');
  after(() => sandbox?.stop());

  it('tells them, and which is its own', async () => {
    const { records } = await connection.query('SELECT IsoCode, IsCorporate FROM CurrencyType WHERE IsActive = true');
    assert.ok(records.length > 1);
    assert.deepEqual(
      records.filter(({ IsCorporate }) => IsCorporate).map(({ IsoCode }) => IsoCode),
      ['EUR'],
    );
  });

  it('takes active ones only', async () => {
    const deal = (CurrencyIsoCode) => ({
      Name: 'D',
      StageName: 'Prospecting',
      CloseDate: '2030-01-01',
      CurrencyIsoCode,
    });
    const { id } = await connection.sobject('Opportunity').create(deal('USD'));
    assert.equal((await connection.sobject('Opportunity').retrieve(id)).CurrencyIsoCode, 'USD');
    await assert.rejects(connection.sobject('Opportunity').create(deal('XXX')), { errorCode: /CURRENCY|PICKLIST/ });
  });
});

describe('an org with person accounts', () => {
  startWith('--person-accounts');
  after(() => sandbox?.stop());

  it('makes a person with a contact of its own', async () => {
    const { records } = await connection.query(
      "SELECT Id FROM RecordType WHERE SobjectType = 'Account' AND IsPersonType = true",
    );
    const person = {
      RecordTypeId: records[0].Id,
      FirstName: 'Ada',
      LastName: 'Lovelace',
      PersonEmail: 'ada@example.org',
    };
    const { id } = await connection.sobject('Account').create(person);
    const account = await connection.sobject('Account').retrieve(id);
    assert.deepEqual([account.IsPersonAccount, account.Name], [true, 'Ada Lovelace']);
    const contact = await connection.sobject('Contact').retrieve(account.PersonContactId);
    assert.deepEqual([contact.Email, contact.AccountId], ['ada@example.org', id]);
    await refused(
      () => connection.sobject('Account').update({ Id: id, Name: 'Someone' }),
      'INVALID_FIELD_FOR_INSERT_UPDATE',
    );
  });
});

describe('an org with objects of its own', () => {
  const file = path.join(scratchFolder(), 'objects.json');
  const fields = [
    { name: 'Amount__c', type: 'currency', precision: 18, scale: 2 },
    { name: 'Payer__c', type: 'reference', referenceTo: ['Contact'], relationshipName: 'Payer__r' },
    { name: 'Key__c', type: 'string', length: 80, externalId: true, unique: true },
  ];
  writeFileSync(file, JSON.stringify([{ name: 'Payment__c', label: 'Payment', fields }]));
  startWith('--objects', file);
  after(() => sandbox?.stop());

  it('describes, writes and follows them', async () => {
    assert.ok(
      (await connection.describeGlobal()).sobjects.find(({ name, custom }) => name === 'Payment__c' && custom),
    );
    const { id: payer } = await connection.sobject('Contact').create({ LastName: 'Payer' });
    const { created } = await connection
      .sobject('Payment__c')
      .upsert({ Key__c: 'k1', Amount__c: 1.5, Payer__c: payer }, 'Key__c');
    assert.equal(created, true);
    const { records } = await connection.query('SELECT Amount__c, Payer__r.LastName FROM Payment__c');
    assert.deepEqual([records[0].Amount__c, records[0].Payer__r.LastName], [1.5, 'Payer']);
  });
});

describe('an org with an assignment rule', () => {
  startWith();
  after(() => sandbox?.stop());

  it('gives new cases to its queue, unless the client forbids it', async () => {
    const { ids } = await sandbox.ask('records', {
      object: 'Group',
      records: [{ Name: 'Web cases', Type: 'Queue' }],
    });
    await sandbox.ask('rules', { assignment_rules: [{ object: 'Case', when: "Origin = 'Web'", owner: ids[0] }] });
    const cases = connection.sobject('Case');
    const ownerOf = async ({ id }) => (await cases.retrieve(id)).OwnerId;
    assert.equal(await ownerOf(await cases.create({ Subject: 'Help', Origin: 'Web' })), ids[0]);
    const headers = { 'Sforce-Auto-Assign': 'FALSE' };
    assert.equal(
      await ownerOf(await cases.create({ Subject: 'Help', Origin: 'Web' }, { headers })),
      connection.userInfo.id,
    );
  });
});
