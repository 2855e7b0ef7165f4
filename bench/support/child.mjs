import { fork, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Whether processes can be kept on one core here. */
const canPin = process.platform === 'linux' && spawnSync('taskset', ['-p', String(process.pid)]).status === 0;

/**
 * Runs a task of a member in a process of its own. The task is a function that the member gives to `answerTasks`, and gets the arguments
 * and `send`, with which it sends messages.
 *
 * @param url `import.meta.url` of the member.
 * @param core The number of the core to stay on, where the system can do that.
 */
export function child(url, task, args = {}, { core, execArgv = [] } = {}) {
  const own = fork(fileURLToPath(url), ['--task', task], { execArgv: ['--expose-gc', ...execArgv] });
  if (core !== undefined && canPin) spawnSync('taskset', ['-a', '-p', '-c', String(core), String(own.pid)]);
  own.send(args);
  const messages = [];
  const waiting = [];
  own.on('message', (message) => (waiting.length > 0 ? waiting.shift().resolve(message) : messages.push(message)));
  own.on('exit', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`The task ${task} ended with ${code}.`));
  });
  return {
    process: own,
    /** The next message of the task. */
    next: () =>
      messages.length > 0 ? Promise.resolve(messages.shift()) : new Promise((resolve, reject) => waiting.push({ resolve, reject })),
    send: (message) => own.send(message),
    stop: () => own.kill(),
  };
}

/** The one message of a task that then ends. */
export async function answerOf(url, task, args, options) {
  const own = child(url, task, args, options);
  try {
    return await own.next();
  } finally {
    own.stop();
  }
}

/** Does the task that this process was started for, if it was started for one of these. Called at the end of a member. */
export function answerTasks(url, tasks) {
  const at = process.argv.indexOf('--task');
  if (at < 0 || process.argv[1] !== fileURLToPath(url)) return;
  const task = tasks[process.argv[at + 1]];
  process.once('message', (args) => task(args, (message) => process.send(message)));
}
