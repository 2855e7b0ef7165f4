import { BaseResource, DeleteResourceMixin, defineEntity, GetResourceMixin, SearchResourceMixin } from 'remote-record';
import { Dataset } from 'remote-record/moderately';

const Described = defineEntity({
  name: 'Widget',
  extends: BaseResource,
  mixins: [SearchResourceMixin, GetResourceMixin, DeleteResourceMixin],
  path: 'widgets',
  update: 'patch',
  fields: { name: String, colour: String, serial: BigInt, config: Object, tags: [String], createdAt: { type: Date, readOnly: true } },
  hooks: {
    beforeSave() {
      this.name = this.name.trim();
    },
  },
});

export class Widget extends Described {
  colour = 'blue';
  tags = [];
  /** Not a field. */
  note = 'plain';
}

export const Report = defineEntity({
  name: 'Report',
  extends: Dataset,
  fields: { owner: String },
  hooks: {
    beforeSave() {
      this.name = `${this.name} of ${this.owner}`;
    },
  },
});
