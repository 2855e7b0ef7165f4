/** Ends the message of an error with `outcome: 'unknown'`. */
export const unknownOutcomeWarning = 'It may have been carried out anyway: check before you repeat it.';
