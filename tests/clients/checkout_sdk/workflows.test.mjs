// Workflows, their events and deliveries: made through the SDK, received and checked here as the documents say.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import http from 'node:http';
import { after, before, describe, it } from 'node:test';
import { Sandbox, eventually } from '../support/programs.mjs';
import { order, refused, withKey } from './account.mjs';

const key = 'signed with this';
const received = [];
let sandbox;
let cko;
let receiver;
let workflow;

const bodies = () => received.map(({ body }) => JSON.parse(body));

before(async () => {
  sandbox = await Sandbox.start();
  cko = withKey(sandbox);
  receiver = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => (body += text));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.end();
    });
  });
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  workflow = await cko.workflows.add({
    name: 'Everything about money',
    active: true,
    conditions: [{ type: 'event', events: { gateway: ['payment_approved', 'payment_captured'] } }],
    actions: [
      {
        type: 'webhook',
        url: `http://127.0.0.1:${receiver.address().port}/hook`,
        headers: { Authorization: 'verbatim', 'X-Shop': 'north' },
        signature: { method: 'HMACSHA256', key },
      },
    ],
  });
});
after(async () => {
  receiver.close();
  receiver.closeAllConnections();
  await sandbox?.stop();
});

describe('a workflow', () => {
  it('is listed without and told with its conditions and actions', async () => {
    const { data } = await cko.workflows.getAll();
    const row = data.find(({ id }) => id === workflow.id);
    assert.deepEqual([row.name, row.active, row.actions], ['Everything about money', true, undefined]);
    const told = await cko.workflows.get(workflow.id);
    assert.match(told.actions[0].id, /^wfa_/);
    assert.match(told.conditions[0].id, /^wfc_/);
    assert.equal(told.actions[0].type, 'webhook');
  });

  it('is changed in name, actions and conditions, and removed', async () => {
    const other = await cko.workflows.add({
      name: 'Disputes',
      conditions: [{ type: 'event', events: { dispute: ['dispute_received'] } }],
      actions: [{ type: 'webhook', url: 'http://127.0.0.1:9/', signature: { method: 'HMACSHA256', key } }],
    });
    await cko.workflows.patch(other.id, { name: 'Renamed', active: false });
    const added = await cko.workflows.addAction(other.id, { type: 'webhook', url: 'http://127.0.0.1:9/two' });
    await cko.workflows.updateAction(other.id, added.id, { type: 'webhook', url: 'http://127.0.0.1:9/three' });
    const condition = await cko.workflows.addCondition(other.id, {
      type: 'entity',
      entities: ['ent_aaaaaaaaaaaaaaaaaaaaaaaaaa'],
    });
    let told = await cko.workflows.get(other.id);
    assert.deepEqual([told.name, told.active, told.actions.length, told.conditions.length], ['Renamed', false, 2, 2]);
    assert.ok(told.actions.some(({ url }) => url === 'http://127.0.0.1:9/three'));
    await cko.workflows.removeAction(other.id, added.id);
    await cko.workflows.removeCondition(other.id, condition.id);
    told = await cko.workflows.get(other.id);
    assert.deepEqual([told.actions.length, told.conditions.length], [1, 1]);
    await cko.workflows.remove(other.id);
    await refused(() => cko.workflows.get(other.id), 'NotFoundError');
  });

  it('can name the event types that there are', async () => {
    const types = await cko.workflows.getEventTypes();
    const gateway = types.find(({ id }) => id === 'gateway');
    assert.ok(gateway.events.some(({ id }) => id === 'payment_captured'));
    assert.ok(types.find(({ id }) => id === 'dispute').events.length > 5);
  });

  it('that is not well made is refused', async () => {
    const { body } = await refused(() => cko.workflows.add({ name: 'Nothing' }), 'ValidationError');
    assert.equal(body.error_type, 'request_invalid');
  });
});

describe('an event', () => {
  let payment;
  let events;

  before(async () => {
    payment = await cko.payments.request(order({ capture: true, reference: 'Grüße ™' }));
    await eventually('both webhooks arrive', () => received.length >= 2);
    events = await eventually('both events are told', async () => {
      const { data } = await cko.workflows.getSubjectEvents(payment.id);
      return data.length === 2 && data;
    });
  });

  it('is delivered with the headers of its action, signed over its bytes', () => {
    for (const { headers, body } of received) {
      assert.equal(headers['cko-signature'], createHmac('sha256', key).update(body).digest('hex'));
      assert.equal(headers.authorization, 'verbatim');
      assert.equal(headers['x-shop'], 'north');
    }
    assert.deepEqual(
      bodies()
        .map(({ type }) => type)
        .sort(),
      ['payment_approved', 'payment_captured'],
    );
    const { data, created_on } = bodies().find(({ type }) => type === 'payment_approved');
    assert.deepEqual(
      [data.id, data.amount, data.reference, data.source.last_4],
      [payment.id, 4200, 'Grüße ™', '4242'],
    );
    assert.ok(Date.parse(created_on) > Date.now() - 3600e3);
  });

  it('is told by its subject and by its id', async () => {
    assert.deepEqual(events.map(({ type }) => type).sort(), ['payment_approved', 'payment_captured']);
    assert.deepEqual(
      events.map(({ id }) => id).sort(),
      bodies()
        .map(({ id }) => id)
        .sort(),
    );
    const event = await cko.workflows.getEvent(events[0].id);
    assert.deepEqual(
      [event.id, event.type, event.source, event.data.id],
      [events[0].id, events[0].type, 'gateway', payment.id],
    );
    assert.ok(event.timestamp && !('created_on' in event));
  });

  it('tells what became of its delivery', async () => {
    const [action] = (await cko.workflows.get(workflow.id)).actions;
    const told = await eventually('the attempt is noted', async () => {
      const answer = await cko.workflows.getActionInvocations(events[0].id, action.id);
      return answer.status === 'successful' && answer;
    });
    assert.equal(told.action_invocations[0].succeeded, true);
    assert.equal(told.action_invocations[0].result_details.status_code, 200);
  });

  it('is delivered again, with its id, when it is asked for', async () => {
    const count = () => bodies().filter(({ id }) => id === events[0].id).length;
    await cko.workflows.reflowByEventAndWorkflow(events[0].id, workflow.id);
    await eventually('it comes again', () => count() === 2);
    await cko.workflows.reflowEventsByEventAndWorkflowIds([events[0].id], [workflow.id]);
    await eventually('it comes a third time', () => count() === 3);
    const all = received.length;
    await cko.workflows.reflowBySubjectAndWorkflow(payment.id, workflow.id);
    await eventually('both come again', () => received.length === all + 2);
  });

  it('that is not there is not found', async () => {
    await refused(() => cko.workflows.getEvent('evt_aaaaaaaaaaaaaaaaaaaaaaaaaa'), 'NotFoundError');
    await refused(() => cko.workflows.reflowByEvent('evt_aaaaaaaaaaaaaaaaaaaaaaaaaa'), 'NotFoundError');
  });
});

describe('a test of a workflow', () => {
  it('sends an event that says that it is one', async () => {
    received.length = 0;
    await cko.workflows.test(workflow.id, { event_types: ['payment_captured'] });
    await eventually('it arrives', () => received.length === 1);
    const [event] = bodies();
    assert.equal(event.type, 'payment_captured');
    assert.ok(JSON.stringify(event).includes('"isTest":true'));
  });
});
