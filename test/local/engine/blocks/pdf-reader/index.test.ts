import { expect } from 'chai';
import { pdf } from '../../../../support/pdf.js';
import { failure, runBlock } from '../../support/engine.js';

const files = {
  report: { name: 'report.pdf', mimeType: 'application/pdf', content: pdf('Hello world', 'Second page') },
  text: { name: 'note.txt', mimeType: 'text/plain', content: 'no PDF' },
};

describe('the pdf_reader block', () => {
  it('gives the text of all pages', async () => {
    expect(await runBlock('pdf_reader', {}, { data: 'report' }, { files })).to.equal('Hello world\n\nSecond page');
  });

  it('says when a file is not a PDF', async () => {
    expect((await failure(runBlock('pdf_reader', {}, { data: 'text' }, { files }))).message).to.match(
      /^Block 'it' \(pdf_reader\): the file 'note\.txt' \(text\/plain\) cannot be read as PDF: /,
    );
  });

  it('says when there is no such file, or what arrives is no file', async () => {
    expect((await failure(runBlock('pdf_reader', {}, { data: 'gone' }, { files }))).message).to.include("there is no file 'gone'");
    expect((await failure(runBlock('pdf_reader', {}, { data: [1] }, { files }))).message).to.include(
      'a file is expected, but a list of 1 arrived',
    );
  });
});
