import { Report, Widget } from './defined.mjs';
import { tell } from './story.mjs';

void tell({ Widget, Report });
