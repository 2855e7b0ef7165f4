/** Sets environment variables for the tests of a suite; undefined takes one away. */
export function withEnvironment(values: Readonly<Record<string, string | undefined>>): void {
  const before = new Map<string, string | undefined>();
  const put = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  beforeEach(() => {
    for (const [name, value] of Object.entries(values)) {
      before.set(name, process.env[name]);
      put(name, value);
    }
  });
  afterEach(() => {
    for (const [name, value] of before) put(name, value);
  });
}
