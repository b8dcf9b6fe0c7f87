import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Files, FilesError } from '../../files/files.ts';

async function* piecesOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('half a '));
  throw new Error('the line went dead');
}

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += Buffer.from(piece).toString();
  return text;
}

/** What every place for files keeps to. */
export function describeFiles(name: string, files: () => Files): void {
  describe(`files: ${name}`, () => {
    it('are read as they were written, whole and in part', async () => {
      const written = await files().write('one/two.wav', piecesOf('hello ', '', 'world'));
      assert.deepEqual(written, {
        bytes: 11,
        sha256: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
      });
      const file = await files().open('one/two.wav');
      assert.equal(file?.bytes, 11);
      assert.equal(await textOf(file.read()), 'hello world');
      assert.equal(await textOf(file.read({ first: 6, last: 8 })), 'wor');
      assert.equal(await textOf(file.read({ first: 10, last: 10 })), 'd');
    });

    it('may hold nothing', async () => {
      assert.equal((await files().write('empty.wav', piecesOf())).bytes, 0);
      assert.equal((await files().open('empty.wav'))?.bytes, 0);
    });

    it('are replaced whole', async () => {
      await files().write('again.wav', piecesOf('the first, which is longer'));
      await files().write('again.wav', piecesOf('the second'));
      const file = await files().open('again.wav');
      assert.equal(await textOf(file?.read() ?? piecesOf()), 'the second');
    });

    it('are as they were when writing breaks off', async () => {
      await assert.rejects(files().write('kept.wav', broken()), /went dead/);
      assert.equal(await files().open('kept.wav'), null);
      await files().write('kept.wav', piecesOf('whole'));
      await assert.rejects(files().write('kept.wav', broken()), /went dead/);
      assert.equal((await files().open('kept.wav'))?.bytes, 5);
    });

    it('are gone when they were taken away, which may be done twice', async () => {
      await files().write('a/b/c.wav', piecesOf('x'));
      for (let round = 0; round < 2; round += 1) await files().remove('a/b/c.wav');
      assert.equal(await files().open('a/b/c.wav'), null);
    });

    it('written by two at once are one of the two', async () => {
      const texts = ['a'.repeat(100_000), 'b'.repeat(100_000)];
      await Promise.all(texts.map((text) => files().write('both.wav', piecesOf(text))));
      const file = await files().open('both.wav');
      assert.ok(texts.includes(await textOf(file?.read() ?? piecesOf())));
    });

    for (const bad of ['', '/etc/passwd', '../x', 'a/../b', 'a//b', '.hidden', 'a/.b', 'a\0', 'ü'])
      it(`cannot be called ${JSON.stringify(bad)}`, async () => {
        await assert.rejects(async () => files().write(bad, piecesOf('x')), FilesError);
        await assert.rejects(async () => files().open(bad), FilesError);
        await assert.rejects(async () => files().remove(bad), FilesError);
      });
  });
}
