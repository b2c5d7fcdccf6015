// Up to 200 records in a call, and more of them in several.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Sandbox } from '../support/programs.mjs';
import { connect, refused } from './connection.mjs';

let sandbox;
let connection;

before(async () => {
  sandbox = await Sandbox.start();
  connection = await connect(sandbox);
});
after(() => sandbox?.stop());

const contacts = () => connection.sobject('Contact');
const numbered = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const codes = (results) => results.map(({ success, errors }) => (success ? 'ok' : errors[0].statusCode));
const apiCalls = async () => (await sandbox.ask('calls')).reduce((sum, row) => sum + row.count, 0);

describe('an array of records', () => {
  it('is created in order, in one call', async () => {
    const before = await apiCalls();
    const results = await contacts().create(numbered(200, (i) => ({ LastName: `Row ${i}` })));
    assert.equal(await apiCalls(), before + 1);
    assert.ok(results.every(({ success, errors }) => success && errors.length === 0));
    const rows = await contacts().retrieve(
      results.map(({ id }) => id),
      { fields: ['LastName'] },
    );
    assert.deepEqual(
      rows.map(({ LastName }) => LastName),
      numbered(200, (i) => `Row ${i}`),
    );
  });

  it('of more than 200 is split by jsforce and refused when it is not', async () => {
    const rows = numbered(450, (i) => ({ LastName: `Many ${i}`, Checkout_Customer_Id__c: `cus_many_${i}` }));
    const before = await apiCalls();
    const made = await contacts().upsert(rows, 'Checkout_Customer_Id__c', { allowRecursive: true });
    assert.equal(await apiCalls(), before + 3);
    assert.equal(made.length, 450);
    assert.ok(made.every(({ success, created }) => success && created));
    await refused(() => contacts().create(numbered(201, () => ({ LastName: 'Too many' }))), 'EXCEEDED_ID_LIMIT');
    assert.equal(await contacts().count({ LastName: 'Too many' }), 0);
  });

  it('tells each bad row and takes the good ones', async () => {
    const results = await contacts().create([
      { LastName: 'Good' },
      { FirstName: 'Nameless' },
      { LastName: 'Mail', Email: 'no address' },
      { LastName: 'x'.repeat(81) },
      { LastName: 'Also good' },
    ]);
    assert.deepEqual(codes(results), [
      'ok',
      'REQUIRED_FIELD_MISSING',
      'INVALID_EMAIL_ADDRESS',
      'STRING_TOO_LONG',
      'ok',
    ]);
    const [{ message, fields }] = results[1].errors;
    assert.match(message, /Required fields are missing: \[LastName\]/);
    assert.deepEqual(fields, ['LastName']);
    assert.equal(results[1].id, undefined);
  });

  it('is taken as a whole or not at all when the client says so', async () => {
    const results = await contacts().create([{ LastName: 'Whole' }, { FirstName: 'Bad' }], { allOrNone: true });
    assert.deepEqual(codes(results), ['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING']);
    assert.equal(await contacts().count({ LastName: 'Whole' }), 0);
  });

  it('is updated and deleted, and rows that are gone are told', async () => {
    const made = await contacts().create(numbered(3, (i) => ({ LastName: `Go ${i}` })));
    const ids = made.map(({ id }) => id);
    await contacts().destroy(ids[1]);
    const updated = await contacts().update(ids.map((Id) => ({ Id, Title: 'changed' })));
    assert.deepEqual(codes(updated), ['ok', 'ENTITY_IS_DELETED', 'ok']);
    assert.equal(await contacts().count({ Title: 'changed' }), 2);
    const gone = await contacts().destroy(ids);
    assert.deepEqual(codes(gone), ['ok', 'ENTITY_IS_DELETED', 'ok']);
  });

  it('is read with null for what is not there', async () => {
    const { id } = await contacts().create({ LastName: 'There' });
    const rows = await contacts().retrieve([id, '003000000000000AAA'], { fields: ['LastName'] });
    assert.deepEqual(
      rows.map((row) => row?.LastName ?? null),
      ['There', null],
    );
  });

  it('may mix objects', async () => {
    const url = '/composite/sobjects';
    const records = [
      { attributes: { type: 'Account' }, Name: 'Mixed' },
      { attributes: { type: 'Contact' }, LastName: 'Mixed' },
    ];
    const results = await connection.requestPost(url, { allOrNone: true, records });
    assert.deepEqual(
      results.map(({ id }) => id.slice(0, 3)),
      ['001', '003'],
    );
  });
});

describe('an upsert of an array', () => {
  const upsert = (rows, options) => contacts().upsert(rows, 'Checkout_Customer_Id__c', options);

  it('tells what was made and what was changed', async () => {
    const row = (key, LastName) => ({ Checkout_Customer_Id__c: key, LastName });
    const [first] = await upsert([row('cus_a', 'A')]);
    const results = await upsert([row('cus_b', 'B'), row('cus_a', 'A2')]);
    assert.deepEqual(
      results.map(({ created }) => created),
      [true, false],
    );
    assert.equal(results[1].id, first.id);
  });

  it('refuses every row of a key that comes twice', async () => {
    const results = await upsert([
      { Checkout_Customer_Id__c: 'cus_twice', LastName: 'One' },
      { Checkout_Customer_Id__c: 'cus_once', LastName: 'Other' },
      { Checkout_Customer_Id__c: 'cus_twice', LastName: 'Two' },
    ]);
    assert.deepEqual(codes(results), ['DUPLICATE_VALUE', 'ok', 'DUPLICATE_VALUE']);
    assert.match(results[0].errors[0].message, /Duplicate external id specified: cus_twice/);
  });

  it('links rows to parents by their external ids', async () => {
    await connection.sobject('Account').create({ Name: 'Linked', Checkout_Customer_Id__c: 'cus_linked' });
    const link = (key) => ({
      Checkout_Customer_Id__c: `c_${key}`,
      LastName: key,
      Account: { Checkout_Customer_Id__c: key },
    });
    assert.deepEqual(codes(await upsert([link('cus_linked'), link('cus_missing')])), ['ok', 'INVALID_FIELD']);
    const { records } = await connection.query("SELECT LastName FROM Contact WHERE Account.Name = 'Linked'");
    assert.deepEqual(
      records.map(({ LastName }) => LastName),
      ['cus_linked'],
    );
  });
});
