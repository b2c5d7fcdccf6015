// What the org tells of itself: versions, resources, objects, fields, limits.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Sandbox } from '../support/programs.mjs';
import { connect, refused, withToken } from './connection.mjs';

let sandbox;
let connection;

before(async () => {
  sandbox = await Sandbox.start();
  connection = await connect(sandbox);
});
after(() => sandbox?.stop());

const apiCalls = async () => (await sandbox.ask('calls')).reduce((sum, row) => sum + row.count, 0);

describe('the API', () => {
  it('tells its versions to anybody, oldest first', async () => {
    const versions = await withToken(sandbox, undefined).request('/services/data');
    const numbers = versions.map(({ version }) => Number(version));
    assert.deepEqual(
      [...numbers].sort((a, b) => a - b),
      numbers,
    );
    assert.ok(numbers.includes(64));
    assert.ok(versions.every(({ label, url, version }) => label && url === `/services/data/v${version}`));
  });

  it('tells its resources', async () => {
    const resources = await connection.request('/services/data/v64.0/');
    for (const name of ['sobjects', 'query', 'queryAll', 'composite', 'limits'])
      assert.equal(resources[name], `/services/data/v64.0/${name}`);
  });

  it('counts calls, and tells the count with each and in /limits', async () => {
    await connection.query('SELECT Id FROM User');
    const { used, limit } = connection.limitInfo.apiUsage;
    assert.ok(used > 0 && limit > used);
    const { DailyApiRequests, DataStorageMB } = await connection.limits();
    assert.equal(DailyApiRequests.Max, limit);
    assert.ok(DailyApiRequests.Remaining <= limit - used);
    assert.ok(DataStorageMB.Max > 0);
  });
});

describe('the global description', () => {
  it('lists the objects and what may be done with each', async () => {
    const { sobjects, maxBatchSize, encoding } = await connection.describeGlobal();
    assert.equal(encoding, 'UTF-8');
    assert.equal(maxBatchSize, 200);
    const contact = sobjects.find(({ name }) => name === 'Contact');
    assert.equal(contact.keyPrefix, '003');
    assert.equal(contact.custom, false);
    assert.ok(contact.createable && contact.queryable && contact.updateable && contact.deletable);
    assert.equal(contact.urls.describe, '/services/data/v64.0/sobjects/Contact/describe');
  });

  it('is asked once when it may be kept', async () => {
    const first = await connection.describeGlobal$();
    const before = await apiCalls();
    assert.equal((await connection.describeGlobal$()).sobjects.length, first.sobjects.length);
    assert.equal(connection.describeGlobal$$().sobjects.length, first.sobjects.length);
    assert.equal(await apiCalls(), before);
  });
});

describe('the description of an object', () => {
  it('tells fields with type, length and what they may be', async () => {
    const { fields, name, keyPrefix } = await connection.sobject('Opportunity').describe();
    assert.equal(name, 'Opportunity');
    assert.equal(keyPrefix, '006');
    const field = Object.fromEntries(fields.map((one) => [one.name, one]));
    assert.deepEqual([field.Id.type, field.Id.length, field.Id.createable], ['id', 18, false]);
    assert.deepEqual([field.Name.type, field.Name.length, field.Name.nillable], ['string', 120, false]);
    assert.deepEqual([field.Amount.type, field.Amount.precision, field.Amount.scale], ['currency', 18, 2]);
    assert.equal(field.CloseDate.type, 'date');
    assert.equal(field.CreatedDate.type, 'datetime');
    assert.deepEqual([field.AccountId.referenceTo, field.AccountId.relationshipName], [['Account'], 'Account']);
    assert.ok(field.StageName.picklistValues.some(({ value, active }) => value === 'Closed Won' && active));
    const key = field.Checkout_Payment_Id__c;
    assert.ok(key.custom && key.externalId && key.unique && key.caseSensitive && key.idLookup);
  });

  it('tells record types and child relationships', async () => {
    const { recordTypeInfos, childRelationships } = await connection.describe('Account');
    assert.ok(recordTypeInfos.some(({ master }) => master));
    const contacts = childRelationships.find(({ relationshipName }) => relationshipName === 'Contacts');
    assert.deepEqual([contacts.childSObject, contacts.field], ['Contact', 'AccountId']);
  });

  it('is asked once when it may be kept', async () => {
    const first = await connection.describe$('Contact');
    const before = await apiCalls();
    assert.deepEqual(await connection.describe$('Contact'), first);
    assert.deepEqual(connection.describe$$('Contact'), first);
    assert.equal(await apiCalls(), before);
  });

  it('of an object that is not there is refused', async () => {
    await refused(() => connection.describe('Unicorn__c'), 'NOT_FOUND', /The requested resource does not exist/);
  });

  it('shows a field as soon as an administrator made it', async () => {
    await sandbox.ask('fields', {
      object: 'Contact',
      fields: [{ name: 'Shoe_Size__c', type: 'double', precision: 4, scale: 1 }],
    });
    const { fields } = await connection.describe('Contact');
    assert.equal(fields.find(({ name }) => name === 'Shoe_Size__c').type, 'double');
    const { id } = await connection.sobject('Contact').create({ LastName: 'Foot', Shoe_Size__c: 42.5 });
    assert.equal((await connection.sobject('Contact').retrieve(id)).Shoe_Size__c, 42.5);
  });
});
