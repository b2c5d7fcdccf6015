// Several requests in one call: composite with references, batch, tree and graph.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Sandbox } from '../support/programs.mjs';
import { connect, refused } from './connection.mjs';

let sandbox;
let connection;
const base = '/services/data/v64.0';

before(async () => {
  sandbox = await Sandbox.start();
  connection = await connect(sandbox);
});
after(() => sandbox?.stop());

const composite = (compositeRequest, options = {}) =>
  connection.requestPost('/composite', { allOrNone: false, collateSubrequests: false, ...options, compositeRequest });
const apiCalls = async () => (await sandbox.ask('calls')).reduce((sum, row) => sum + row.count, 0);
const create = (referenceId, object, body) => ({
  method: 'POST',
  url: `${base}/sobjects/${object}`,
  referenceId,
  body,
});

describe('a composite call', () => {
  it('hands results on by reference, in bodies and addresses, and counts once', async () => {
    const before = await apiCalls();
    const { compositeResponse } = await composite([
      create('account', 'Account', { Name: 'Composite' }),
      create('contact', 'Contact', { LastName: 'Part', AccountId: '@{account.id}' }),
      { method: 'GET', url: `${base}/sobjects/Contact/@{contact.id}?fields=AccountId,Name`, referenceId: 'read' },
      {
        method: 'GET',
        url: `${base}/query?q=${encodeURIComponent("SELECT Id FROM Contact WHERE AccountId = '")}@{account.id}'`,
        referenceId: 'asked',
      },
    ]);
    assert.equal(await apiCalls(), before + 1);
    assert.deepEqual(
      compositeResponse.map(({ referenceId, httpStatusCode }) => [referenceId, httpStatusCode]),
      [
        ['account', 201],
        ['contact', 201],
        ['read', 200],
        ['asked', 200],
      ],
    );
    const [account, contact, read, asked] = compositeResponse.map(({ body }) => body);
    assert.equal(read.AccountId, account.id);
    assert.deepEqual(
      asked.records.map(({ Id }) => Id),
      [contact.id],
    );
    assert.equal(compositeResponse[0].httpHeaders.Location, `${base}/sobjects/Account/${account.id}`);
  });

  it('carries collections of 200 rows', async () => {
    const upsert = (name) => ({
      method: 'PATCH',
      url: `${base}/composite/sobjects/Contact/Checkout_Customer_Id__c`,
      referenceId: name,
      body: {
        allOrNone: false,
        records: Array.from({ length: 200 }, (_, i) => ({
          attributes: { type: 'Contact' },
          LastName: `${name}${i}`,
          Checkout_Customer_Id__c: `${name}_${i}`,
        })),
      },
    });
    const { compositeResponse } = await composite(['a', 'b', 'c', 'd', 'e'].map(upsert));
    assert.deepEqual(
      compositeResponse.map(({ body }) => body.filter(({ success }) => success).length),
      [200, 200, 200, 200, 200],
    );
    await refused(() => composite(['a', 'b', 'c', 'd', 'e', 'f'].map(upsert)), 'LIMIT_EXCEEDED');
  });

  it('goes on after a failure, except for what depends on it', async () => {
    const { compositeResponse } = await composite([
      create('bad', 'Contact', { FirstName: 'Nameless' }),
      create('depends', 'Opportunity', {
        Name: 'D',
        StageName: 'Prospecting',
        CloseDate: '2030-01-01',
        ContactId: '@{bad.id}',
      }),
      create('free', 'Contact', { LastName: 'Free' }),
    ]);
    assert.deepEqual(
      compositeResponse.map(({ httpStatusCode }) => httpStatusCode),
      [400, 400, 201],
    );
    assert.equal(compositeResponse[0].body[0].errorCode, 'REQUIRED_FIELD_MISSING');
    assert.equal(compositeResponse[1].body[0].errorCode, 'PROCESSING_HALTED');
  });

  it('is undone as a whole when it is to be all or none', async () => {
    const { compositeResponse } = await composite(
      [create('good', 'Contact', { LastName: 'Undone' }), create('bad', 'Contact', { FirstName: 'Nameless' })],
      { allOrNone: true },
    );
    assert.deepEqual(
      compositeResponse.map(({ body }) => body[0].errorCode),
      ['PROCESSING_HALTED', 'REQUIRED_FIELD_MISSING'],
    );
    assert.equal(await connection.sobject('Contact').count({ LastName: 'Undone' }), 0);
  });
});

describe('a batch', () => {
  it('runs requests one after the other and tells each result', async () => {
    const { hasErrors, results } = await connection.requestPost('/composite/batch', {
      batchRequests: [
        { method: 'POST', url: 'v64.0/sobjects/Contact', richInput: { LastName: 'Batch' } },
        { method: 'GET', url: 'v64.0/sobjects/Contact/003000000000000AAA' },
        { method: 'GET', url: 'v64.0/limits' },
      ],
    });
    assert.equal(hasErrors, true);
    assert.deepEqual(
      results.map(({ statusCode }) => statusCode),
      [201, 404, 200],
    );
    assert.equal(results[1].result[0].errorCode, 'NOT_FOUND');
  });

  it('stops at the first error when the client says so', async () => {
    const { results } = await connection.requestPost('/composite/batch', {
      haltOnError: true,
      batchRequests: [
        { method: 'GET', url: 'v64.0/sobjects/Contact/003000000000000AAA' },
        { method: 'GET', url: 'v64.0/limits' },
      ],
    });
    assert.deepEqual(
      results.map(({ statusCode }) => statusCode),
      [404, 412],
    );
    assert.equal(results[1].result[0].errorCode, 'BATCH_PROCESSING_HALTED');
  });
});

describe('a tree', () => {
  it('makes parents and children in one call', async () => {
    const { hasErrors, results } = await connection.requestPost('/composite/tree/Account', {
      records: [
        {
          attributes: { type: 'Account', referenceId: 'parent' },
          Name: 'Tree',
          Contacts: { records: [{ attributes: { type: 'Contact', referenceId: 'child' }, LastName: 'Leaf' }] },
        },
      ],
    });
    assert.equal(hasErrors, false);
    assert.deepEqual(results.map(({ referenceId }) => referenceId).sort(), ['child', 'parent']);
    const { records } = await connection.query("SELECT LastName FROM Contact WHERE Account.Name = 'Tree'");
    assert.deepEqual(
      records.map(({ LastName }) => LastName),
      ['Leaf'],
    );
  });
});

describe('a graph', () => {
  it('is undone alone when one of its nodes fails', async () => {
    const node = (referenceId, body) => ({ method: 'POST', url: `${base}/sobjects/Contact`, referenceId, body });
    const { graphs } = await connection.requestPost('/composite/graph', {
      graphs: [
        { graphId: 'good', compositeRequest: [node('a', { LastName: 'Graph good' })] },
        {
          graphId: 'bad',
          compositeRequest: [node('b', { LastName: 'Graph bad' }), node('c', { FirstName: 'None' })],
        },
      ],
    });
    assert.deepEqual(
      graphs.map(({ graphId, isSuccessful }) => [graphId, isSuccessful]),
      [
        ['good', true],
        ['bad', false],
      ],
    );
    assert.equal(await connection.sobject('Contact').count({ LastName: { $like: 'Graph%' } }), 1);
  });
});
