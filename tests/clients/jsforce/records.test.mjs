// Records one by one: create, read, update, upsert, delete, and what changed lately.
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

describe('a record', () => {
  it('is created, read, changed and deleted', async () => {
    const created = await contacts().create({ LastName: 'Lovelace', FirstName: 'Ada', Email: 'ada@example.org' });
    assert.deepEqual([created.success, created.errors], [true, []]);
    assert.match(created.id, /^003[A-Za-z0-9]{15}$/);

    const read = await contacts().retrieve(created.id);
    assert.deepEqual([read.Id, read.Name, read.attributes.type], [created.id, 'Ada Lovelace', 'Contact']);

    const updated = await contacts().update({ Id: created.id, Title: 'Countess' });
    assert.deepEqual([updated.success, updated.id], [true, created.id]);
    const { Title, LastName } = await contacts().retrieve(created.id, { fields: ['Title', 'LastName'] });
    assert.deepEqual([Title, LastName], ['Countess', 'Lovelace']);

    const gone = await contacts().destroy(created.id);
    assert.deepEqual([gone.success, gone.id], [true, created.id]);
    await refused(() => contacts().update({ Id: created.id, Title: 'Nobody' }), 'ENTITY_IS_DELETED');
  });

  it('is the same by its id of 15 and of 18 characters', async () => {
    const { id } = await contacts().create({ LastName: 'Short' });
    assert.equal((await contacts().retrieve(id.slice(0, 15))).Id, id);
  });

  it('loses a value that is set to null', async () => {
    const { id } = await contacts().create({ LastName: 'Blank', Phone: '123' });
    await contacts().update({ Id: id, Phone: null });
    assert.equal((await contacts().retrieve(id)).Phone, null);
  });

  it('is found by an external id in its address', async () => {
    const { id } = await contacts().create({ LastName: 'Keyed', Checkout_Customer_Id__c: 'cus_keyed' });
    const found = await connection.request('/sobjects/Contact/Checkout_Customer_Id__c/cus_keyed');
    assert.equal(found.Id, id);
  });

  it('is read through its relationship', async () => {
    const { id: account } = await connection.sobject('Account').create({ Name: 'Analytical Engines' });
    const { id } = await contacts().create({ LastName: 'Babbage', AccountId: account });
    assert.equal((await connection.request(`/sobjects/Contact/${id}/Account`)).Name, 'Analytical Engines');
  });
});

describe('an upsert', () => {
  it('makes a record, and changes it when it is there', async () => {
    const upsert = (fields) =>
      contacts().upsert({ Checkout_Customer_Id__c: 'cus_up', ...fields }, 'Checkout_Customer_Id__c');
    const made = await upsert({ LastName: 'First' });
    assert.deepEqual([made.success, made.created], [true, true]);
    const changed = await upsert({ LastName: 'Second' });
    assert.deepEqual([changed.success, changed.created, changed.id], [true, false, made.id]);
    assert.equal((await contacts().retrieve(made.id)).LastName, 'Second');
  });

  it('takes keys with any character', async () => {
    const key = 'a/b c+d%e?f&g#h=ü';
    const { id } = await contacts().upsert(
      { Checkout_Customer_Id__c: encodeURIComponent(key), LastName: 'Odd' },
      'Checkout_Customer_Id__c',
    );
    assert.equal((await contacts().retrieve(id)).Checkout_Customer_Id__c, key);
  });

  it('names its parent by an external id', async () => {
    await connection.sobject('Account').create({ Name: 'Parent', Checkout_Customer_Id__c: 'cus_parent' });
    const { id } = await contacts().upsert(
      { Checkout_Customer_Id__c: 'cus_child', LastName: 'Child', Account: { Checkout_Customer_Id__c: 'cus_parent' } },
      'Checkout_Customer_Id__c',
    );
    const { records } = await connection.query(`SELECT Account.Name FROM Contact WHERE Id = '${id}'`);
    assert.equal(records[0].Account.Name, 'Parent');
    await refused(
      () =>
        contacts().upsert(
          {
            Checkout_Customer_Id__c: 'cus_orphan',
            LastName: 'Orphan',
            Account: { Checkout_Customer_Id__c: 'cus_none' },
          },
          'Checkout_Customer_Id__c',
        ),
      'INVALID_FIELD',
      /Foreign key external ID: cus_none not found/,
    );
  });

  it('finds several records, changes none and tells them', async () => {
    const [one, two] = await contacts().create([
      { LastName: 'Twin', Email: 'twins@example.org' },
      { LastName: 'Twin', Email: 'twins@example.org' },
    ]);
    const error = await refused(
      () => contacts().upsert({ Email: 'twins@example.org', Title: 'Both' }, 'Email'),
      'MULTIPLE_CHOICES',
    );
    assert.deepEqual(
      [...error.data].sort(),
      [one.id, two.id].map((id) => `/services/data/v64.0/sobjects/Contact/${id}`).sort(),
    );
    assert.equal(await contacts().count({ Title: 'Both' }), 0);
  });
});

describe('what happened lately', () => {
  it('is told by updated and deleted', async () => {
    const [kept, lost] = await contacts().create([{ LastName: 'Kept' }, { LastName: 'Lost' }]);
    await contacts().destroy(lost.id);
    const span = [new Date(Date.now() - 600e3), new Date(Date.now() + 600e3)];
    const updated = await contacts().updated(...span);
    assert.ok(updated.ids.includes(kept.id) && !updated.ids.includes(lost.id));
    const { deletedRecords } = await contacts().deleted(...span);
    assert.ok(deletedRecords.some(({ id }) => id === lost.id));
  });

  it('is told as recent items', async () => {
    assert.ok(Array.isArray(await connection.recent()));
    assert.ok(Array.isArray(await contacts().recent()));
  });
});
