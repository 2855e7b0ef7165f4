import { expect } from 'chai';
import { BaseResource, defineEntity, Entity, Field } from '../../../src/index.js';
import { fieldSummaries } from '../../../src/vendor.js';

@Entity({ path: 'letters', id: 'letterId' })
class Letter extends BaseResource {
  @Field({ required: true, nullable: false }) title!: string;
  @Field() pages!: number;
  @Field() isSent!: boolean;
  @Field() tags!: string[];
  @Field({ readOnly: true, type: Date, name: 'sent_at' }) readonly sentAt!: Date | null;
  @Field({ type: BigInt }) stamp!: bigint;
  @Field({ createOnly: true }) subject!: string | null;
  @Field({ secret: true }) code!: string;
}

describe('what a class declares of its fields', () => {
  it('is listed in order of declaration, the id first, with the types that are known', () => {
    const types = fieldSummaries(Letter).map(({ property, type }) => [property, type]);
    expect(types).to.deep.equal([
      ['id', 'any'],
      ['title', 'text'],
      ['pages', 'number'],
      ['isSent', 'boolean'],
      ['tags', 'list'],
      ['sentAt', 'date'],
      ['stamp', 'bigint'],
      ['subject', 'any'],
      ['code', 'text'],
    ]);
  });

  it('says what can be done with each of them', () => {
    const [id, title, , , , sentAt, , subject, code] = fieldSummaries(Letter);
    expect(id).to.include({ property: 'id', wire: 'letterId' });
    expect(title).to.include({ required: true, nullable: false, readOnly: false, createOnly: false, secret: false });
    expect(sentAt).to.include({ wire: 'sent_at', readOnly: true });
    expect(subject).to.include({ createOnly: true });
    expect(code).to.include({ secret: true });
  });

  it('is the same without decorators', () => {
    const Note = defineEntity({ name: 'Note', path: 'notes', fields: { text: String, count: Number, at: Date, links: [String] } });
    expect(fieldSummaries(Note).map(({ type }) => type)).to.deep.equal(['any', 'text', 'number', 'date', 'text']);
  });
});
