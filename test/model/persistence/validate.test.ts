import { expect } from 'chai';
import { IsEmail, Length, Min } from 'class-validator';
import nock from 'nock';
import { BaseResource, Entity, Field, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

@Entity({ path: 'people', update: 'patch' })
class Person extends BaseResource {
  @Field() @Length(1, 5) name!: string;
  @Field() @IsEmail() email!: string;
  @Field() @Min(0) age!: number;
}

describe("class-validator's decorators", () => {
  withoutNetwork();
  const api = connect();
  const People = api.bind(Person);
  after(() => api.close());

  it('are checked before a create, with one detail per rule', async () => {
    const error = await failure<ValidationError>(new People({ name: 'far too long', email: 'x', age: 3 } as object).save());
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.details.map(({ field }) => field)).to.have.members(['name', 'email']);
    expect(error.message).to.contain('name must be shorter');
  });

  it('are checked before an update, and let good values through', async () => {
    const person = People.fromDict({ id: 'p1', name: 'Ann', email: 'ann@example.test', age: 3 });
    expect(await failure(person.save({ age: -1 }))).to.be.instanceOf(ValidationError);
    nock(origin).patch('/people/p1', { age: 4 }).reply(200, {});
    await person.save({ age: 4 });
  });
});
