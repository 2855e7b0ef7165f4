import { expect } from 'chai';
import fc from 'fast-check';
import { timeOf } from '../../../src/model/state/instant.js';

describe('the instant of a text', () => {
  it('is what Date.parse says, on each kind of day of the calendar', () => {
    const days = ['01-01', '02-28', '02-29', '03-01', '12-31', '00-10', '13-01', '06-00', '06-31'];
    for (const year of ['0000', '0001', '1582', '1899', '1900', '1904', '1970', '1999', '2000', '2024', '2100', '9999']) {
      for (const day of days) {
        for (const clock of ['00:00:00.000', '23:59:59.999', '24:00:00.000', '24:00:00.001', '12:60:00.000', '12:00:60.000']) {
          const text = `${year}-${day}T${clock}Z`;
          expect(timeOf(text), text).to.eql(Date.parse(text));
        }
      }
    }
  });

  it('is what Date.parse says when a character of it is another one', () => {
    const instants = fc.date({ min: new Date('0000-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
    const other = fc.tuple(fc.nat(23), fc.constantFrom(...'0123456789-:.TZtz +ax/\u0660'));
    fc.assert(
      fc.property(instants, fc.option(other), (instant, replacement) => {
        let text = instant.toISOString();
        if (replacement) text = text.slice(0, replacement[0]) + replacement[1] + text.slice(replacement[0] + 1);
        expect(timeOf(text), text).to.eql(Date.parse(text));
      }),
      { numRuns: 1000 },
    );
  });
});
