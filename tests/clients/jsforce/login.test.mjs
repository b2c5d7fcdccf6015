// OAuth as jsforce speaks it: client credentials, JWT bearer, identity, renewal, log-out.
import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Sandbox, scratchFolder } from '../support/programs.mjs';
import { connect, jsforce, refused, withToken } from './connection.mjs';

const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
const username = 'robot@example.org';
let sandbox;

before(async () => {
  const publicKey = path.join(scratchFolder(), 'app.pem');
  writeFileSync(publicKey, key.publicKey.export({ type: 'spki', format: 'pem' }));
  sandbox = await Sandbox.start('--jwt-certificate', publicKey, '--jwt-username', username);
});
after(() => sandbox?.stop());

describe('client credentials', () => {
  it('give a session and tell who it is', async () => {
    const connection = await connect(sandbox);
    assert.match(connection.userInfo.organizationId, /^00D[A-Za-z0-9]{15}$/);
    assert.match(connection.userInfo.id, /^005[A-Za-z0-9]{15}$/);
    assert.equal(connection.instanceUrl, sandbox.salesforce);
    assert.equal(
      (await connection.query('SELECT Id FROM Organization')).records[0].Id,
      connection.userInfo.organizationId,
    );
  });

  it('with a wrong secret are refused as OAuth says', async () => {
    await refused(
      () => connect({ ...sandbox, client_secret: 'wrong' }),
      'invalid_client',
      /invalid client credentials/,
    );
  });

  it('of an unknown app are refused', async () => {
    await refused(() => connect({ ...sandbox, client_id: 'nobody' }), 'invalid_client_id');
  });
});

describe('other grants', () => {
  it('that the org does not know are refused', async () => {
    const connection = withToken(sandbox, 'none');
    await refused(() => connection.authorize({ grant_type: 'magic' }), 'unsupported_grant_type');
  });

  it('of a refresh token that was never given are refused', async () => {
    const { oauth2 } = await connect(sandbox);
    await refused(() => oauth2.refreshToken('never'), 'invalid_grant', /expired access\/refresh token/);
  });
});

const encoded = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** Signed here as RFC 7515 and 7523 say: header, claims and RS256 over both. */
function assertionOf(changes = {}, signer = key.privateKey) {
  const claims = {
    iss: sandbox.client_id,
    sub: username,
    aud: 'https://login.salesforce.com',
    exp: Math.floor(Date.now() / 1000) + 180,
    ...changes,
  };
  const text = `${encoded({ alg: 'RS256' })}.${encoded(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(signer, 'base64url')}`;
}

function authorize(assertion) {
  const connection = new jsforce.Connection({ version: '64.0', loginUrl: sandbox.salesforce });
  const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  return connection.authorize(grant).then(() => connection);
}

describe('a JWT', () => {
  it('of the app for its user gives a session, without a secret', async () => {
    const connection = await authorize(assertionOf());
    assert.equal((await connection.identity()).username, username);
  });

  it("may expire as far away as Salesforce's own tools write it", async () => {
    await authorize(assertionOf({ exp: Date.now() + 300 }));
  });

  it('is refused when another key signed it', async () => {
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    await refused(() => authorize(assertionOf({}, stranger)), 'invalid_grant', /invalid assertion/);
  });

  it('is refused when it is over', async () => {
    const longAgo = Math.floor(Date.now() / 1000) - 3600;
    await refused(() => authorize(assertionOf({ exp: longAgo })), 'invalid_grant', /expired/);
  });

  it('is refused when it is for somebody else', async () => {
    await refused(() => authorize(assertionOf({ aud: 'https://example.org' })), 'invalid_grant', /audience/);
    await refused(() => authorize(assertionOf({ sub: 'stranger@example.org' })), 'invalid_grant', /approved/);
    await refused(() => authorize(assertionOf({ iss: 'another app' })), 'invalid_client_id');
  });
});

describe('a session', () => {
  it('tells its identity', async () => {
    const connection = await connect(sandbox);
    const identity = await connection.identity();
    assert.equal(identity.organization_id, connection.userInfo.organizationId);
    assert.equal(identity.user_id, connection.userInfo.id);
    assert.equal(identity.username, username);
    assert.ok(identity.urls.rest.startsWith(sandbox.salesforce));
  });

  it('tells its identity without having logged in itself', async () => {
    const identity = await withToken(sandbox, sandbox.access_token).identity();
    assert.equal(identity.username, username);
  });

  it('that expired is renewed, and the call is made again', async () => {
    const connection = await connect(sandbox);
    const first = connection.accessToken;
    let renewed = 0;
    connection.on('refresh', () => ++renewed);
    await sandbox.ask('faults', { expire_tokens: true });
    const answers = await Promise.all([1, 2, 3].map(() => connection.query('SELECT Id FROM User')));
    assert.ok(answers.every((answer) => answer.done));
    assert.equal(renewed, 1);
    assert.notEqual(connection.accessToken, first);
  });

  it('that expired and cannot be renewed says so', async () => {
    const connection = withToken(sandbox, 'invalid');
    const error = await refused(() => connection.query('SELECT Id FROM User'), 'INVALID_SESSION_ID');
    assert.equal(error.message, 'Session expired or invalid');
  });

  it('ends with its log-out, for everybody who has the token', async () => {
    const connection = await connect(sandbox);
    const other = withToken(sandbox, connection.accessToken);
    await other.query('SELECT Id FROM User');
    await connection.logout();
    await refused(() => other.query('SELECT Id FROM User'), 'INVALID_SESSION_ID');
  });
});
