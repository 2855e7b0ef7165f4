export { type DateForm, orderOf, orderOfAll, parseDate, parseIso, patternOf, readDate } from '../../../moderately/tables/dates.js';
