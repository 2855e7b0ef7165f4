/** The package's version, sent as `User-Agent: remote-record/<version>`. A test compares it with package.json. */
export const version = '0.1.0';
