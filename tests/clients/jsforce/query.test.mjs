// SOQL through jsforce: pages, its own query builder, relationships, dates, deleted rows.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Sandbox } from '../support/programs.mjs';
import { connect, jsforce, refused } from './connection.mjs';

const many = 4500;
let sandbox;
let connection;
let accounts;

before(async () => {
  sandbox = await Sandbox.start();
  connection = await connect(sandbox);
  accounts = await sandbox
    .ask('records', {
      object: 'Account',
      records: [{ Name: 'Acme', Industry: 'Retail' }, { Name: "O'Brien & Söhne" }],
    })
    .then(({ ids }) => ids);
  const contacts = Array.from({ length: many }, (_, i) => ({
    LastName: `L${String(i).padStart(4, '0')}`,
    AccountId: accounts[i % 2],
  }));
  await sandbox.ask('records', { object: 'Contact', records: contacts });
});
after(() => sandbox?.stop());

const contactsInOrder = 'SELECT Id, LastName FROM Contact ORDER BY LastName';
const lastNames = (records) => records.map(({ LastName }) => LastName);

describe('pages', () => {
  it('of 2,000 rows are followed with queryMore', async () => {
    const first = await connection.query(contactsInOrder);
    assert.deepEqual([first.totalSize, first.done, first.records.length], [many, false, 2000]);
    const second = await connection.queryMore(first.nextRecordsUrl);
    const third = await connection.queryMore(second.nextRecordsUrl);
    assert.deepEqual([second.done, second.records.length], [false, 2000]);
    assert.deepEqual([third.done, third.records.length, third.nextRecordsUrl], [true, many - 4000, undefined]);
    const seen = lastNames([...first.records, ...second.records, ...third.records]);
    assert.deepEqual(seen, [...seen].sort());
    assert.equal(new Set(seen).size, many);
  });

  it('are fetched by autoFetch, up to maxFetch', async () => {
    const all = await connection.query(contactsInOrder, { autoFetch: true, maxFetch: 10000 });
    assert.equal(all.records.length, many);
    const some = await connection.query(contactsInOrder, { autoFetch: true, maxFetch: 2345 });
    assert.equal(some.records.length, 2345);
  });

  it('are as small as the client asks', async () => {
    const headers = { 'Sforce-Query-Options': 'batchSize=200' };
    const page = await connection.query(contactsInOrder, { headers });
    assert.equal(page.records.length, 200);
    const next = await connection.queryMore(page.nextRecordsUrl, { headers });
    assert.equal(next.records[0].LastName, 'L0200');
  });

  it('come as events of rows too', async () => {
    const seen = [];
    await new Promise((resolve, reject) =>
      connection
        .query(contactsInOrder)
        .on('record', ({ LastName }) => seen.push(LastName))
        .on('end', resolve)
        .on('error', reject)
        .run({ autoFetch: true, maxFetch: many }),
    );
    assert.equal(seen.length, many);
  });

  it('of a cursor that nobody gave are refused', async () => {
    await refused(
      () => connection.queryMore('/services/data/v64.0/query/01gxx0000000001AAA-2000'),
      'INVALID_QUERY_LOCATOR',
    );
  });
});

describe("jsforce's own query builder", () => {
  it('finds by conditions, sorts, skips and limits', async () => {
    const rows = await connection
      .sobject('Contact')
      .find({ $and: [{ LastName: { $gte: 'L0100' } }, { LastName: { $lt: 'L0200' } }] }, 'Id, LastName')
      .sort({ LastName: -1 })
      .skip(10)
      .limit(3);
    assert.deepEqual(lastNames(rows), ['L0189', 'L0188', 'L0187']);
  });

  it('joins conditions with $or, $in, $like and $not', async () => {
    const rows = await connection
      .sobject('Contact')
      .find({
        $or: [{ LastName: { $like: 'L000_' } }, { LastName: { $in: ['L0020', 'L0021'] } }],
        $not: { LastName: 'L0021' },
      })
      .select('LastName')
      .sort('LastName');
    assert.deepEqual(lastNames(rows), [
      'L0000',
      'L0001',
      'L0002',
      'L0003',
      'L0004',
      'L0005',
      'L0006',
      'L0007',
      'L0008',
      'L0009',
      'L0020',
    ]);
  });

  it('escapes what people write', async () => {
    const found = await connection.sobject('Account').findOne({ Name: "O'Brien & Söhne" });
    assert.equal(found.Id, accounts[1]);
  });

  it('counts', async () => {
    assert.equal(await connection.sobject('Contact').count(), many);
    assert.equal(await connection.sobject('Contact').count({ AccountId: accounts[0] }), many / 2);
  });

  it('asks for all fields when none are named', async () => {
    const [account] = await connection.sobject('Account').find({ Id: accounts[0] });
    assert.equal(account.Name, 'Acme');
    assert.equal(account.attributes.type, 'Account');
    assert.ok('BillingCity' in account && 'SystemModstamp' in account);
  });

  it('includes children of a record', async () => {
    const [account] = await connection
      .sobject('Account')
      .find({ Id: accounts[0] }, 'Id, Name')
      .include('Contacts')
      .select('LastName')
      .where({ LastName: { $lt: 'L0005' } })
      .orderby('LastName')
      .end();
    assert.deepEqual(lastNames(account.Contacts.records), ['L0000', 'L0002', 'L0004']);
    assert.equal(account.Contacts.totalSize, 3);
  });

  it('changes and removes what it finds', async () => {
    const [{ id }] = await connection.sobject('Lead').create([{ LastName: 'Found', Company: 'Query & Sons' }]);
    const changed = await connection
      .query(`SELECT Id FROM Lead WHERE Id = '${id}'`)
      .update({ Company: 'Changed' }, 'Lead');
    assert.ok(changed[0].success);
    assert.equal((await connection.sobject('Lead').retrieve(id)).Company, 'Changed');
    const gone = await connection.sobject('Lead').find({ Id: id }).destroy();
    assert.ok(gone[0].success);
    assert.equal(await connection.sobject('Lead').count(), 0);
  });
});

describe('relationships', () => {
  it('of parents are followed, in fields, conditions and order', async () => {
    const { records } = await connection.query(
      "SELECT LastName, Account.Name, Account.Owner.Username FROM Contact WHERE Account.Name = 'Acme' ORDER BY Account.Name, LastName LIMIT 2",
    );
    assert.deepEqual(lastNames(records), ['L0000', 'L0002']);
    assert.equal(records[0].Account.Name, 'Acme');
    assert.equal(records[0].Account.attributes.type, 'Account');
    assert.match(records[0].Account.Owner.Username, /@/);
  });

  it('that are empty are null', async () => {
    const { id } = await connection.sobject('Contact').create({ LastName: 'Alone' });
    const { records } = await connection.query(`SELECT Account.Name FROM Contact WHERE Id = '${id}'`);
    assert.equal(records[0].Account, null);
    await connection.sobject('Contact').destroy(id);
  });
});

describe('dates', () => {
  before(async () => {
    const day = (days) => new Date(Date.now() + days * 86400e3).toISOString().slice(0, 10);
    const deal = (Name, days) => ({ Name, StageName: 'Prospecting', CloseDate: day(days) });
    await connection.sobject('Opportunity').create([deal('past', -400), deal('week', 3), deal('far', 400)]);
  });
  const names = async (condition) =>
    (await connection.query(`SELECT Name FROM Opportunity WHERE ${condition} ORDER BY Name`)).records.map(
      ({ Name }) => Name,
    );

  it('are compared as literals of SOQL', async () => {
    assert.deepEqual(await names('CloseDate > TODAY'), ['far', 'week']);
    assert.deepEqual(await names('CloseDate < TODAY'), ['past']);
    assert.deepEqual(await names('CloseDate = NEXT_N_DAYS:7'), ['week']);
    assert.deepEqual(await names('CreatedDate = TODAY'), ['far', 'past', 'week']);
    assert.deepEqual(await names('CreatedDate = LAST_N_DAYS:2'), ['far', 'past', 'week']);
    assert.deepEqual(await names('CreatedDate = YESTERDAY'), []);
  });

  it("are compared as jsforce's dates", async () => {
    const rows = await connection
      .sobject('Opportunity')
      .find({
        CloseDate: { $gt: jsforce.SfDate.TODAY },
        CreatedDate: { $gte: jsforce.SfDate.toDateTimeLiteral(new Date(Date.now() - 3600e3)) },
      })
      .select('Name')
      .sort('Name');
    assert.deepEqual(
      rows.map(({ Name }) => Name),
      ['far', 'week'],
    );
    const exact = jsforce.SfDate.toDateLiteral(new Date(Date.now() + 3 * 86400e3).toISOString().slice(0, 10));
    assert.equal((await connection.sobject('Opportunity').find({ CloseDate: exact })).length, 1);
  });

  it('come back as the API writes them', async () => {
    const { records } = await connection.query('SELECT CloseDate, CreatedDate FROM Opportunity LIMIT 1');
    assert.match(records[0].CloseDate, /^\d{4}-\d\d-\d\d$/);
    assert.match(records[0].CreatedDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    assert.ok(jsforce.SfDate.parseDate(records[0].CreatedDate).getTime() > Date.now() - 3600e3);
  });
});

describe('deleted rows', () => {
  it('are hidden from query and told by queryAll', async () => {
    const { id } = await connection.sobject('Lead').create({ LastName: 'Gone', Company: 'Away' });
    await connection.sobject('Lead').destroy(id);
    const soql = `SELECT Id, IsDeleted FROM Lead WHERE Id = '${id}'`;
    assert.equal((await connection.query(soql)).totalSize, 0);
    const all = await connection.query(soql, { scanAll: true });
    assert.deepEqual(
      all.records.map(({ IsDeleted }) => IsDeleted),
      [true],
    );
  });

  it('of merged records name the record that is left', async () => {
    const [kept, lost] = await connection.sobject('Contact').create([{ LastName: 'Kept' }, { LastName: 'Lost' }]);
    await sandbox.ask('merge', { master: kept.id, losers: [lost.id] });
    const { records } = await connection.query(
      `SELECT IsDeleted, MasterRecordId FROM Contact WHERE Id = '${lost.id}'`,
      { scanAll: true },
    );
    assert.deepEqual([records[0].IsDeleted, records[0].MasterRecordId], [true, kept.id]);
  });
});
