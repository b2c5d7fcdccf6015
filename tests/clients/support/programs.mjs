// The programs under test: they are started, waited for and ended here.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

const programs = process.env.PAYSYNC_PROGRAMS;
if (!programs) throw new Error('PAYSYNC_PROGRAMS is not set: run these files with ctest -L clients');

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Starts a program; `errors()` is what it said on its standard error stream. */
function start(name, options) {
  const child = spawn(path.join(programs, name), options, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text) => (errors += text));
  running.add(child);
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      running.delete(child);
      resolve(signal ?? code);
    });
  });
  return { child, ended, errors: () => errors };
}

async function end({ child, ended }) {
  child.kill('SIGTERM');
  return ended;
}

/** Asks until `question` gives something true, and gives it; `what` is for the message when it never does. */
export async function eventually(what, question, seconds = 30) {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > until) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A folder that goes with the process. */
export function scratchFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'paysync-clients-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export class Sandbox {
  /** Starts `paysync-sandbox`; every member of the line that it prints becomes one here. */
  static async start(...options) {
    const program = start('paysync-sandbox', options);
    const line = await Promise.race([
      new Promise((resolve) => readline.createInterface({ input: program.child.stdout }).once('line', resolve)),
      program.ended.then((code) => {
        throw new Error(`paysync-sandbox ended with ${code}: ${program.errors()}`);
      }),
    ]);
    return Object.assign(new Sandbox(), JSON.parse(line), { program });
  }

  stop() {
    return end(this.program);
  }

  /** `GET /control/RESOURCE`, or `POST` when there is a body. */
  async ask(resource, body) {
    const call = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    if (body !== undefined) call.headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${this.control}/${resource}`, call);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`/control/${resource}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  records(object) {
    return this.ask(`records?object=${object}`);
  }
}

export class Daemon {
  /** Starts `paysync run` and waits until it takes webhooks. */
  static async start(configuration) {
    const readyFile = path.join(scratchFolder(), 'ready.json');
    const program = start('paysync', ['run', '--config', configuration, '--ready-file', readyFile]);
    program.child.stdout.resume();
    let outcome;
    program.ended.then(
      (code) => (outcome = `ended with ${code}`),
      (error) => (outcome = error.message),
    );
    await eventually('the daemon is ready', () => {
      if (outcome) throw new Error(`paysync: ${outcome} ${program.errors()}`);
      return existsSync(readyFile) && readFileSync(readyFile, 'utf8').endsWith('\n');
    });
    return Object.assign(new Daemon(), { program });
  }

  /** Its exit code. */
  stop() {
    return end(this.program);
  }

  errors() {
    return this.program.errors();
  }
}
