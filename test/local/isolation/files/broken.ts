/** A module that cannot be loaded. */
throw new Error('it is broken');
