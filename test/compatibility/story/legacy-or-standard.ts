import { Report, Widget } from './classes.js';
import { tell } from './story.mjs';

void tell({ Widget, Report });
