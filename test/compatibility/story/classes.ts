// Compiled with legacy and with standard decorators. Loaders that read one file at a time drop `design:type`, and standard decorators have
// none: what JSON does not tell has its `type`.
import { BaseResource, BeforeSave, DeleteResourceMixin, Entity, Field, GetResourceMixin, SearchResourceMixin } from 'remote-record';
import { Dataset } from 'remote-record/moderately';

@Entity({ path: 'widgets', update: 'patch' })
export class Widget extends DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource))) {
  @Field() name!: string;
  @Field() accessor colour = 'blue';
  @Field({ type: BigInt }) serial!: bigint;
  @Field() config!: { size: { w: number; h: number } };
  @Field() tags: string[] = [];
  @Field({ type: Date, readOnly: true }) readonly createdAt!: Date;
  /** Not a field. */
  note = 'plain';

  @BeforeSave() trim(): void {
    this.name = this.name.trim();
  }
}

/** The class it extends was compiled with legacy decorators. */
@Entity()
export class Report extends Dataset {
  @Field() owner!: string;

  @BeforeSave() rename(): void {
    this.name = `${this.name} of ${this.owner}`;
  }
}
