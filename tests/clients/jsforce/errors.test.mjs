// Failures that a client must tell apart, each by its code.
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

const contacts = () => connection.sobject('Contact');

describe('a query', () => {
  const cases = [
    [
      'of a field that is not there',
      'SELECT Nothing__c FROM Contact',
      'INVALID_FIELD',
      /No such column 'Nothing__c' on entity 'Contact'/,
    ],
    [
      'of an object that is not there',
      'SELECT Id FROM Unicorn__c',
      'INVALID_TYPE',
      /sObject type 'Unicorn__c' is not supported/,
    ],
    ['that is no SOQL', 'SELECT Id FORM Contact', 'MALFORMED_QUERY'],
    ['that ends too early', 'SELECT Id FROM', 'MALFORMED_QUERY'],
    ['with a literal that does not end', "SELECT Id FROM Contact WHERE Name = 'x", 'MALFORMED_QUERY'],
    ['with text for a number', "SELECT Id FROM Opportunity WHERE Amount > 'x'", 'INVALID_FIELD'],
  ];
  for (const [what, soql, code, message] of cases)
    it(`${what} is ${code}`, () => refused(() => connection.query(soql), code, message));
});

describe('a write', () => {
  it('of a field that is not there is INVALID_FIELD', () =>
    refused(
      () => contacts().create({ LastName: 'X', Nothing__c: 1 }),
      'INVALID_FIELD',
      /No such column 'Nothing__c' on sobject of type Contact/,
    ));

  it('without a required field is REQUIRED_FIELD_MISSING', async () => {
    const error = await refused(
      () => contacts().create({ FirstName: 'X' }),
      'REQUIRED_FIELD_MISSING',
      /\[LastName\]/,
    );
    assert.deepEqual(error.data.fields, ['LastName']);
  });

  it('to an object that is not there is NOT_FOUND', () =>
    refused(() => connection.sobject('Unicorn__c').create({ Name: 'X' }), 'NOT_FOUND'));

  it('to a record that is not there is NOT_FOUND', () =>
    refused(() => contacts().update({ Id: '003000000000000AAA', Title: 'X' }), 'NOT_FOUND'));

  it('to a record that was deleted is ENTITY_IS_DELETED', async () => {
    const { id } = await contacts().create({ LastName: 'Gone' });
    await contacts().destroy(id);
    await refused(() => contacts().destroy(id), 'ENTITY_IS_DELETED', /entity is deleted/);
  });

  it('of a taken key is DUPLICATE_VALUE and names the record that has it', async () => {
    const { id } = await contacts().create({ LastName: 'Taken', Checkout_Customer_Id__c: 'cus_taken' });
    await refused(
      () => contacts().create({ LastName: 'Late', Checkout_Customer_Id__c: 'cus_taken' }),
      'DUPLICATE_VALUE',
      new RegExp(`Checkout_Customer_Id__c duplicates value on record with id: ${id.slice(0, 15)}`),
    );
  });

  const values = [
    ['text that is too long', { LastName: 'x'.repeat(81) }, 'STRING_TOO_LONG'],
    ['no e-mail address', { LastName: 'X', Email: 'nowhere' }, 'INVALID_EMAIL_ADDRESS'],
    ['no date', { LastName: 'X', Birthdate: 'soon' }, 'JSON_PARSER_ERROR'],
    ['no id', { LastName: 'X', AccountId: 'acme' }, 'MALFORMED_ID'],
    ['the id of nothing', { LastName: 'X', AccountId: '001000000000000AAA' }, 'INVALID_CROSS_REFERENCE_KEY'],
    [
      'a field that only the org sets',
      { LastName: 'X', CreatedDate: '2020-01-01T00:00:00Z' },
      'INVALID_FIELD_FOR_INSERT_UPDATE',
    ],
  ];
  for (const [what, fields, code] of values)
    it(`with ${what} is ${code}`, () => refused(() => contacts().create(fields), code));

  it('that several fields stop tells all of them', async () => {
    const error = await refused(
      () => connection.sobject('Opportunity').create({ Amount: 1 }),
      'REQUIRED_FIELD_MISSING',
    );
    assert.deepEqual([...error.data.fields].sort(), ['CloseDate', 'Name', 'StageName']);
  });
});

describe('rules of an administrator', () => {
  it('that find a duplicate refuse it and tell the record', async () => {
    await sandbox.ask('rules', {
      duplicate_rules: [
        { name: 'Contacts_DR', object: 'Contact', match: ['Email'], message: 'Use one of these records?' },
      ],
    });
    const { id } = await contacts().create({ LastName: 'First', Email: 'first@example.org' });
    const error = await refused(
      () => contacts().create({ LastName: 'Second', Email: 'first@example.org' }),
      'DUPLICATES_DETECTED',
      /Use one of these/,
    );
    const { matchResults } = error.data.duplicateResut;
    assert.equal(matchResults[0].matchRecords[0].record.Id, id);
    await sandbox.ask('rules', { duplicate_rules: [] });
  });

  it('that only warn of a duplicate are passed by a header', async () => {
    await sandbox.ask('rules', {
      duplicate_rules: [{ name: 'Warn', object: 'Lead', match: ['Email'], action: 'allow', alert: true }],
    });
    const lead = { LastName: 'L', Company: 'C', Email: 'lead@example.org' };
    const leads = connection.sobject('Lead');
    await leads.create(lead);
    await refused(() => leads.create(lead), 'DUPLICATES_DETECTED');
    const headers = { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };
    assert.ok((await leads.create(lead, { headers })).success);
    await sandbox.ask('rules', { duplicate_rules: [] });
  });

  it('that validate refuse with their own words', async () => {
    await sandbox.ask('rules', {
      validation_rules: [
        { name: 'No_Zero', object: 'Opportunity', when: 'Amount = 0', message: 'Give it a price.', field: 'Amount' },
      ],
    });
    const deal = { Name: 'Free', StageName: 'Prospecting', CloseDate: '2030-01-01', Amount: 0 };
    const error = await refused(
      () => connection.sobject('Opportunity').create(deal),
      'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      /^Give it a price\.$/,
    );
    assert.deepEqual(error.data.fields, ['Amount']);
    await sandbox.ask('rules', { validation_rules: [] });
  });
});

describe('the org', () => {
  it('without its daily calls refuses with REQUEST_LIMIT_EXCEEDED', async () => {
    await sandbox.ask('faults', { daily_limit: 1 });
    await refused(() => contacts().count(), 'REQUEST_LIMIT_EXCEEDED', /TotalRequests Limit exceeded/);
    await sandbox.ask('faults', { daily_limit: 100000 });
    assert.ok((await contacts().count()) >= 0);
  });

  it('that is down answers with a page, and a read is tried again', async () => {
    await sandbox.ask('faults', { fail_next: [{ status: 503, html: true }] });
    assert.ok((await contacts().count()) >= 0);
    await sandbox.ask('faults', { fail_next: [{ status: 503, html: true }] });
    await refused(() => contacts().create({ LastName: 'Lost' }), 'ERROR_HTTP_503');
  });

  it('refuses a version and a resource that are not there', async () => {
    const future = withToken(sandbox, connection.accessToken);
    future.version = '99.0';
    await refused(() => future.query('SELECT Id FROM User'), 'NOT_FOUND');
    await refused(() => connection.request('/nonsense'), 'NOT_FOUND');
  });

  it('tells a foreign token from a header that is no token', async () => {
    await refused(() => withToken(sandbox, 'foreign').request('/limits'), 'INVALID_SESSION_ID');
    const response = await fetch(`${sandbox.salesforce}/services/data/v64.0/limits`, {
      headers: { Authorization: 'Magic word' },
    });
    assert.equal(response.status, 401);
    assert.equal((await response.json())[0].errorCode, 'INVALID_AUTH_HEADER');
  });
});
