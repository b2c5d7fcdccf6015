// jsforce and the org: a connection that is logged in, and what it says when something fails.
import assert from 'node:assert/strict';
import { load } from '../support/packages.mjs';

export const jsforce = load('jsforce');

export const apiVersion = '64.0';

/** Logged in by client credentials; when the session ends, it logs in anew. */
export async function connect(sandbox, options = {}) {
  const login = (connection) => connection.authorize({ grant_type: 'client_credentials' });
  const connection = new jsforce.Connection({
    version: apiVersion,
    loginUrl: sandbox.salesforce,
    oauth2: { clientId: sandbox.client_id, clientSecret: sandbox.client_secret, loginUrl: sandbox.salesforce },
    refreshFn: (expired, done) =>
      login(expired).then(
        () => done(null, expired.accessToken),
        (error) => done(error),
      ),
    ...options,
  });
  await login(connection);
  return connection;
}

/** With an access token and nothing to renew it. */
export const withToken = (sandbox, accessToken) =>
  new jsforce.Connection({
    version: apiVersion,
    loginUrl: sandbox.salesforce,
    instanceUrl: sandbox.salesforce,
    accessToken,
  });

/** That `call` fails with `errorCode`; gives the error. */
export async function refused(call, errorCode, message) {
  let failure;
  try {
    await call();
  } catch (error) {
    failure = error;
  }
  assert.ok(failure, `${errorCode} was expected, and it went well`);
  assert.equal(failure.errorCode ?? failure.name, errorCode, failure.message);
  if (message) assert.match(failure.message, message);
  return failure;
}
