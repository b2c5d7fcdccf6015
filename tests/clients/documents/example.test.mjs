// The example of docs/sandbox.md, run as it stands there.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, it } from 'node:test';
import { promisify } from 'node:util';
import { packagesFolder } from '../support/packages.mjs';
import { Sandbox } from '../support/programs.mjs';

const document = readFileSync(new URL('../../../docs/sandbox.md', import.meta.url), 'utf8');
const [, example] = document.match(/```js\n(.*?)```/s);
const folder = mkdtempSync(path.join(packagesFolder, 'example-')); // its imports are found from here
const told = ({ salesforce, checkout, checkout_key, client_id, client_secret }) =>
  JSON.stringify({ salesforce, checkout, checkout_key, client_id, client_secret });

let sandbox;
before(async () => (sandbox = await Sandbox.start()));
after(async () => {
  rmSync(folder, { recursive: true });
  await sandbox?.stop();
});

it('the example prints what its last line says', async () => {
  writeFileSync(path.join(folder, 'example.mjs'), example);
  writeFileSync(path.join(folder, 'sandbox.json'), told(sandbox));
  const { stdout } = await promisify(execFile)('node', ['example.mjs'], { cwd: folder });
  assert.equal(stdout.trim(), example.trim().match(/\/\/ (.*)$/)[1]);
});
