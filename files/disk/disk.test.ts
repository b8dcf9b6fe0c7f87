import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { describeFiles } from '../../tests/conformance/files.ts';
import { memoryFiles } from '../../tests/conformance/memory_files.ts';
import { FilesError } from '../files.ts';
import { clearUnfinished, openDisk } from './disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-files-'));
after(() => rmSync(folder, { recursive: true }));

describeFiles('disk', () => openDisk(folder));

const memory = memoryFiles();
describeFiles('memory', () => memory);

async function* hello(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('hello'));
}

it('files on a disk are their owner’s and nobody else’s', async () => {
  await openDisk(folder).write('private/x.wav', hello());
  assert.equal(statSync(join(folder, 'private/x.wav')).mode & 0o007, 0);
  assert.equal(statSync(join(folder, 'private')).mode & 0o007, 0);
});

it('files on a disk leave nothing unfinished behind', () => {
  const left = readdirSync(folder, { recursive: true }).map(String);
  assert.deepEqual(
    left.filter((name) => name.endsWith('.part')),
    [],
  );
});

it('what a killed writer left is cleared, what one is writing is not', async () => {
  const [old, fresh] = ['.old.part', '.fresh.part'].map((name) => join(folder, 'private', name));
  for (const path of [old, fresh]) writeFileSync(String(path), 'half');
  utimesSync(String(old), 1, 1);
  assert.equal(await clearUnfinished(folder), 1);
  assert.ok(readdirSync(join(folder, 'private')).includes('.fresh.part'));
  assert.ok(readdirSync(join(folder, 'private')).includes('x.wav'));
});

it('a place that cannot be written to is an error of files', async () => {
  writeFileSync(join(folder, 'wall'), '');
  await assert.rejects(openDisk(join(folder, 'wall')).write('x.wav', hello()), FilesError);
});
