import { expect } from 'chai';
import { validateConfiguration } from '../../../../src/local/engine/index.js';
import { failure, pipeline, run, runBlock } from '../support/engine.js';

const text = (template: string, inputs: Record<string, unknown> = {}, more = {}) =>
  runBlock('string_template', { template, ...more }, inputs);
const json = (template: Record<string, unknown>, inputs: Record<string, unknown> = {}) => runBlock('json_template', { template }, inputs);

describe('the string_template block', () => {
  it('fills in ports and members of the object on data', async () => {
    expect(await text('{{ greeting }}, {{name}}!', { greeting: 'Hello', data: { name: 'Ada', greeting: 'unused' } })).to.equal(
      'Hello, Ada!',
    );
  });

  it('fills in parts of values and outcomes of expressions', async () => {
    const data = { city: { name: 'Rome' }, list: [1, 2] };
    expect(await text('{{ city.name }} {{ list[1] }} {{ upper(city.name) }} {{ list.length > 1 ? "many" : "one" }}', { data })).to.equal(
      'Rome 2 ROME many',
    );
  });

  it('fills in a port whose name is not a word', async () => {
    expect(await text('{{ first-name }}', { 'first-name': 'Ada' })).to.equal('Ada');
  });

  it('fills in names with spaces, as columns have them', async () => {
    const data = {
      'First Name': 'Ada',
      'Price (EUR)': 5,
      "Driver's age": 36,
      'Total/Year': 7,
      Größe: 1,
      '% of all': 50,
      'Name, full': 'A L',
    };
    for (const [name, expected] of Object.entries(data)) expect(await text(`<{{ ${name} }}>`, { data }), name).to.equal(`<${expected}>`);
    expect(await text("{{ column('First Name') }} {{ upper(column('First Name')) }}", { data })).to.equal('Ada ADA');
    expect((await failure(text('{{ Last Name }}', { data: { 'First Name': 'x' } }))).message).to.include(
      "the template has {{ Last Name }}, but there is no variable 'Last Name'; the variables are 'First Name', 'data'",
    );
  });

  it('writes braces that are in quotes', async () => {
    expect(await text('{{ \'{{\' }} name }} is {{ name }} in {{ "}}" }}', { name: 'x' })).to.equal('{{ name }} is x in }}');
    expect(await text('{"a":{{{ a }}}}', { a: 1 })).to.equal('{"a":{1}}');
  });

  it('names a member there is not', async () => {
    const inputs = { city: { name: null, zip: '1' } };
    expect(await text('{{ city.name }}|{{ city.zip }}', inputs)).to.equal('|1');
    for (const place of ['city.nmae', 'city.nmae.x', 'city["nmae"]', 'city.zip.x', 'list[3]'])
      expect((await failure(text(`{{ ${place} }}`, { ...inputs, list: [1] }))).message, place).to.include(
        `the template has {{ ${place} }}, but there is no member`,
      );
    expect(await text("{{ city.nmae ?? 'none' }}", inputs)).to.equal('none');
  });

  it('writes text as it is, null as nothing and other values as JSON', async () => {
    expect(await text('{{ a }}|{{ b }}|{{ c }}|{{ d }}', { a: 'x', b: null, c: { d: [1] }, d: 2.5 })).to.equal('x||{"d":[1]}|2.5');
  });

  it('writes rows as JSON, as often as they are named', async () => {
    const configuration = pipeline(
      { d: ['dataset', { dataset_id: 'd' }], t: ['string_template', { template: '{{ rows }} {{ rows[0].n }}' }], out: ['output'] },
      'd -> t.rows',
      't -> out',
    );
    expect(await run(configuration, {}, { datasets: { d: [{ n: 1 }] } })).to.deep.equal({ output: '[{"n":1}] 1' });
  });

  it('strips white space around the outcome unless told otherwise', async () => {
    expect(await text(' {{ a }}\n', { a: ' x ' })).to.equal('x');
    expect(await text(' {{ a }}\n', { a: ' x ' }, { strip_whitespace: false })).to.equal('  x \n');
  });

  it('leaves single braces alone and fills nothing into what it filled in', async () => {
    expect(await text('{"a": {{ a }}, {b}}', { a: '{{ b }}' })).to.equal('{"a": {{ b }}, {b}}');
  });

  it('names a variable there is not, and those there are', async () => {
    expect((await failure(text('{{ nmae }}', { name: 'x', data: { city: 'y' } }))).message).to.equal(
      "Block 'it' (string_template): the template has {{ nmae }}, but there is no variable 'nmae'; the variables are 'city', 'name', 'data'",
    );
  });

  it('is refused with a place that is not closed', () => {
    for (const template of ['Hi {{ name', 'Hi {{ name }', "{{ 'x'"]) {
      const { errors } = validateConfiguration(pipeline({ t: ['string_template', { template }], out: ['output'] }, 't -> out'));
      expect(errors.map((error) => error.message)[0], template).to.include("without '}}'; write {{ '{{' }} for two braces that are text");
    }
  });

  it('is refused with a place that cannot be read', () => {
    const { errors } = validateConfiguration(
      pipeline({ t: ['string_template', { template: 'x {{ a + }} {{}}' }], out: ['output'] }, 't -> out'),
    );
    expect(errors.map((error) => error.message)[0]).to.include("its config is invalid: the expression 'a +' is invalid");
  });
});

describe('the json_template block', () => {
  it('fills in texts at any depth and keeps other values', async () => {
    const template = { a: 'Hi {{ name }}', b: { c: ['{{ name }}', 1, null, true] } };
    expect(await json(template, { name: 'Ada' })).to.deep.equal({ a: 'Hi Ada', b: { c: ['Ada', 1, null, true] } });
  });

  it('keeps the type of a value that is the whole text', async () => {
    expect(
      await json({ n: '{{ n }}', list: '{{ list }}', none: '{{ none }}', text: ' {{ n }}' }, { n: 1, list: [{ a: 1 }], none: null }),
    ).to.deep.equal({
      n: 1,
      list: [{ a: 1 }],
      none: null,
      text: ' 1',
    });
  });

  it('takes in rows as a list and files by what is known of them', async () => {
    const blocks = {
      d: ['dataset', { dataset_id: 'd' }],
      f: ['file', { file_id: 'f' }],
      t: ['json_template', { template: { rows: '{{ rows }}', file: '{{ file }}', name: '{{ file.name }}' } }],
      out: ['output'],
    } as const;
    const world = { datasets: { d: [{ n: 1 }] }, files: { f: { name: 'a.txt', mimeType: 'text/plain', content: 'x' } } };
    expect(await run(pipeline(blocks, 'd -> t.rows', 'f -> t.file', 't -> out'), {}, world)).to.deep.equal({
      output: { rows: [{ n: 1 }], file: { fileId: 'f', fileName: 'a.txt', mimeType: 'text/plain', fileSize: 1 }, name: 'a.txt' },
    });
  });

  it('names a variable there is not', async () => {
    expect((await failure(json({ a: ['{{ x }}'] }))).message).to.include("there is no variable 'x'; the variables are none");
  });
});
