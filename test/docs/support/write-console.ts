import { readFileSync, writeFileSync } from 'node:fs';
import { consoleScreens, withScreens } from './console-screens.js';
import { picture } from './picture.js';

// Writes the screens of docs/console.md and the picture of a console anew: node out/test/docs/support/write-console.js

const columns = 80;
writeFileSync('docs/console.md', await withScreens(readFileSync('docs/console.md', 'utf8')));
const { shown } = await consoleScreens(
  [
    "const dataset = await Dataset.create({ name: 'Airports' })",
    "const routes = await Dataset.create({ name: 'Air routes' })",
    "Dataset.search({ nameLike: 'air' })",
    "dataset.name = 'Airports of Norway'",
    'dataset',
    "Dataset.get('missing')",
  ],
  { columns, isColoured: true },
);
const about =
  'In the console, two datasets are created, a search shows them as a table, a changed record shows its old and its new name, and an ' +
  'error takes two lines.';
writeFileSync('docs/images/console.svg', picture(shown.join(''), { title: 'remote-record console', about, columns }));
