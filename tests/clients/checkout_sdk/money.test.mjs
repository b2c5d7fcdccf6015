// What moved: financial actions, reports and their files, balances.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Sandbox, eventually } from '../support/programs.mjs';
import { order, refused, withKey } from './account.mjs';

let sandbox;
let cko;
let payment;

before(async () => {
  sandbox = await Sandbox.start();
  cko = withKey(sandbox);
  payment = await cko.payments.request(order({ capture: true, reference: 'MONEY' }));
  await eventually('it is captured', async () => (await cko.payments.get(payment.id)).status === 'Captured');
  await cko.payments.refund(payment.id, { amount: 200 });
  await eventually(
    'it is refunded',
    async () => (await cko.payments.get(payment.id)).status === 'Partially Refunded',
  );
});
after(() => sandbox?.stop());

describe('financial actions', () => {
  it('of a payment are told with their breakdown, in major units', async () => {
    const { count, data } = await cko.financial.query({ payment_id: payment.id, limit: 100 });
    assert.equal(count, data.length);
    const capture = data.find(({ action_type }) => action_type === 'Capture');
    assert.deepEqual([capture.payment_id, capture.reference], [payment.id, 'MONEY']);
    assert.ok(capture.breakdown.some(({ processing_currency_amount }) => Number(processing_currency_amount) === 42));
    const refund = data.find(({ action_type }) => action_type === 'Refund');
    assert.ok(refund.breakdown.some(({ processing_currency_amount }) => Number(processing_currency_amount) === -2));
  });

  it('come in pages', async () => {
    const first = await cko.financial.query({ payment_id: payment.id, limit: 1 });
    assert.equal(first.data.length, 1);
    const { searchParams } = new URL(first._links.next.href);
    const second = await cko.financial.query(Object.fromEntries(searchParams));
    assert.equal(second.data.length, 1);
    assert.notEqual(second.data[0].action_id, first.data[0].action_id);
  });
});

describe('reports', () => {
  let report;

  before(async () => {
    const [from, to] = [new Date(Date.now() - 3600e3), new Date(Date.now() + 3600e3)].map((time) =>
      time.toISOString(),
    );
    await sandbox.ask('reports', { from, to });
    [report] = (await cko.reports.getAllReports({ created_after: from, limit: 10 })).data;
  });

  it('are listed and told', async () => {
    const told = await cko.reports.getReportDetails(report.id);
    assert.equal(told.id, report.id);
    assert.match(told.files[0].id, /^file_/);
    assert.equal(told.files[0].format, 'CSV');
  });

  it('have a file, which lies elsewhere and is fetched without the key', async () => {
    const csv = (await cko.reports.getReportFile(report.id, report.files[0].id)).toString();
    const lines = csv.trim().split(/\r?\n/);
    assert.ok(lines.length >= 3);
    assert.ok(lines.slice(1).some((line) => line.includes(payment.id)));
  });

  it('that are not there are not found', () =>
    refused(() => cko.reports.getReportDetails('rpt_aaaaaaaaaaaaaaaaaaaaaaaaaa'), 'NotFoundError'));
});
