import { expect } from 'chai';
import { failure, pipeline, run, runBlock } from '../support/engine.js';

const files = {
  note: { name: 'note.txt', mimeType: 'text/plain', content: 'Grüße' },
  picture: { name: 'cat.png', mimeType: 'image/png', content: new Uint8Array([0x89, 0xff]) },
};

describe('the dataset block', () => {
  it('gives the rows of its dataset', async () => {
    expect(await runBlock('dataset', { dataset_id: 'd' }, {}, { datasets: { d: [{ a: 1 }] } })).to.deep.equal([{ a: 1 }]);
  });

  it('fails at itself when the dataset is not there', async () => {
    expect((await failure(runBlock('dataset', { dataset_id: 'gone' }))).message).to.equal(
      "Block 'it' (dataset): there is no dataset 'gone'",
    );
  });
});

describe('the file block', () => {
  it('gives what is known of the file as a result', async () => {
    expect(await runBlock('file', { file_id: 'note' }, {}, { files })).to.deep.equal({
      fileId: 'note',
      fileName: 'note.txt',
      mimeType: 'text/plain',
      fileSize: 7,
    });
  });

  it('takes the id that arrives when none is configured', async () => {
    expect(await runBlock('file', {}, { data: 'note' }, { files })).to.include({ fileId: 'note' });
  });

  it('needs one or the other', async () => {
    expect((await failure(runBlock('file', {}))).message).to.equal(
      "Block 'it' (file): nothing is connected to its port 'data'; connect a block to it",
    );
    expect((await failure(runBlock('file', {}, { data: 7 }))).message).to.equal(
      "Block 'it' (file): a file is expected, but the number 7 arrived; connect a file block or a file id",
    );
  });

  it('fails at itself when the file is not there', async () => {
    expect((await failure(runBlock('file', { file_id: 'gone' }))).message).to.equal("Block 'it' (file): there is no file 'gone'");
  });

  it('is read as text by a block that wants text', async () => {
    const configuration = pipeline(
      { f: ['file', { file_id: 'note' }], t: ['string_template', { template: '<{{ text }}>' }], out: ['output'] },
      'f -> t.text',
      't -> out',
    );
    expect(await run(configuration, {}, { files })).to.deep.equal({ output: '<Grüße>' });
  });

  it('says when a file is no text, or a PDF', async () => {
    const splitting = (file_id: string) =>
      pipeline({ f: ['file', { file_id }], s: ['text_splitter'], out: ['output'] }, 'f -> s', 's -> out');
    expect((await failure(run(splitting('picture'), {}, { files }))).message).to.equal(
      "Block 's' (text_splitter): the file 'cat.png' (image/png) is not UTF-8 text",
    );
    const pdf = { picture: { ...files.picture, name: 'a.pdf', mimeType: 'application/pdf' } };
    expect((await failure(run(splitting('picture'), {}, { files: pdf }))).message).to.include(
      'read its text with a pdf_reader block first',
    );
  });
});
