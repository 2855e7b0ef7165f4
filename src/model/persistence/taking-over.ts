export { replaceSaved } from '../state/replace-saved.js';
export { refuseOther } from './other-record.js';
