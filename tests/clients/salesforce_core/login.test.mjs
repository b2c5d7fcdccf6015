// @salesforce/core, on which Salesforce's own command line stands: its log-in by JWT and by token, its connection.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { load } from '../support/packages.mjs';
import { Sandbox, scratchFolder } from '../support/programs.mjs';

// It keeps log-ins and a key in the user's home and reads these once, when it is loaded.
const home = scratchFolder();
Object.assign(process.env, {
  HOME: home,
  SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
  SF_DISABLE_LOG_FILE: 'true',
  SF_DISABLE_DNS_CHECK: 'true',
});
const { AuthInfo, Connection, Org } = load('@salesforce/core');

const username = 'robot@example.org';
const privateKeyFile = path.join(home, 'app.key');
let sandbox;

before(async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKeyFile = path.join(home, 'app.pem');
  writeFileSync(privateKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(publicKeyFile, publicKey.export({ type: 'spki', format: 'pem' }));
  sandbox = await Sandbox.start('--jwt-certificate', publicKeyFile, '--jwt-username', username);
});
after(() => sandbox?.stop());

/** A new session of the org. */
async function newToken() {
  const form = {
    grant_type: 'client_credentials',
    client_id: sandbox.client_id,
    client_secret: sandbox.client_secret,
  };
  const call = { method: 'POST', body: new URLSearchParams(form) };
  return (await (await fetch(`${sandbox.salesforce}/services/oauth2/token`, call)).json()).access_token;
}

const byToken = async () =>
  Connection.create({
    authInfo: await AuthInfo.create({
      accessTokenOptions: { accessToken: await newToken(), instanceUrl: sandbox.salesforce },
    }),
  });

describe('a log-in by JWT', () => {
  it('is what `sf org login jwt` does: it is kept, and renewed when the session ends', async () => {
    const authInfo = await AuthInfo.create({
      username,
      oauth2Options: { clientId: sandbox.client_id, loginUrl: sandbox.salesforce, privateKeyFile },
    });
    await authInfo.save();
    assert.equal(authInfo.isJwt(), true);
    assert.equal(authInfo.getUsername(), username);

    const connection = await Connection.create({ authInfo: await AuthInfo.create({ username }) });
    const { records } = await connection.query('SELECT Id FROM Organization');
    assert.equal(records[0].Id, authInfo.getFields().orgId);
    await sandbox.ask('faults', { expire_tokens: true });
    assert.equal((await connection.query('SELECT Id FROM Organization')).totalSize, 1);
  });
});

describe('a connection by token', () => {
  it('learns who it is and takes the newest version', async () => {
    const connection = await byToken();
    assert.equal(connection.getUsername(), username);
    const versions = await (await fetch(`${sandbox.salesforce}/services/data`)).json();
    assert.equal(connection.getApiVersion(), versions.at(-1).version);
  });

  it('asks, and fetches all pages', async () => {
    const records = Array.from({ length: 2100 }, (_, i) => ({ LastName: `L${i}` }));
    await sandbox.ask('records', { object: 'Contact', records });
    const connection = await byToken();
    assert.equal(
      (await connection.autoFetchQuery('SELECT Id FROM Contact', { maxFetch: 5000 })).records.length,
      2100,
    );
    const one = await connection.singleRecordQuery("SELECT LastName FROM Contact WHERE LastName = 'L7'");
    assert.equal(one.LastName, 'L7');
    await assert.rejects(connection.singleRecordQuery("SELECT Id FROM Contact WHERE LastName = 'nobody'"), {
      name: 'SingleRecordQuery_NoRecords',
    });
  });

  it('writes and describes', async () => {
    const connection = await byToken();
    const { id } = await connection.sobject('Account').create({ Name: 'Core' });
    assert.equal((await connection.sobject('Account').retrieve(id)).Name, 'Core');
    assert.ok((await connection.describe('Account')).fields.length > 20);
  });

  it('is an org', async () => {
    const org = await Org.create({ connection: await byToken() });
    assert.match(org.getOrgId(), /^00D/);
    assert.ok(Number(await org.retrieveMaxApiVersion()) >= 64);
  });
});
