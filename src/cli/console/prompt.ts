import type { REPLServer } from 'node:repl';
import { runInThisContext } from 'node:vm';
import { exitCodes } from '../errors.js';
import type { Io } from '../io.js';
import { styleFor } from '../output/style.js';
import type { Session } from '../session.js';
import { type CommandContext, dotCommands } from './commands.js';
import { complete } from './completion.js';
import { lastResult } from './evaluate.js';
import { Evaluator } from './evaluator.js';
import { Foreground } from './foreground.js';
import { historyFile, keepHistory } from './history.js';
import { describeFailure, describeInterruption, welcome } from './messages.js';
import { Progress } from './progress.js';
import { RequestList } from './requests.js';
import { shortNames } from './scope.js';
import { type ShowOptions, show } from './show.js';

/** Runs a console at a prompt, until Ctrl+D or `.exit`. Returns the exit code. */
export async function runPrompt(session: Session, io: Io): Promise<number> {
  const { stdin: input, stdout: output, env } = io;
  const style = styleFor(output, env);
  const options = (): ShowOptions => ({ width: output.columns ?? 80, style });
  const print = (text: string): void => void output.write(`${text}\n`);
  print(welcome(session, options()));
  const requests = new RequestList(session.connection);
  const foreground = new Foreground(session.connection, new Progress(output));
  const evaluator = new Evaluator(
    {
      input,
      output,
      terminal: true,
      useColors: style.isColoured,
      breakEvalOnSigint: true,
      historySize: 1000,
      prompt: `${shortNames[session.platform]}${session.local ? ' (local)' : ''}> `,
      writer: (value: unknown) => show(value, options()),
    },
    foreground,
    {
      failed: (error) => printAndPrompt(describeFailure(error, style)),
      interrupted: (waits) => printAndPrompt(describeInterruption(waits, style)),
    },
  );
  const { server } = evaluator;
  const exited = new Promise<void>((resolve) => server.once('exit', resolve));
  const printAndPrompt = (text: string): void => {
    print(text);
    server.clearBufferedCommand();
    server.displayPrompt();
  };
  defineCommands(server, printAndPrompt, {
    entities: session.entities,
    requests,
    options,
    evaluate: (expression) => evaluator.valueOf(expression),
    last: () => lastResult(server),
    error: () => evaluator.error,
  });
  addCompletion(server);
  await keepHistory(server, historyFile(env), keysOf(session, env), (message) => printAndPrompt(style.yellow(message)));
  await exited;
  return exitCodes.done;
}

function defineCommands(server: REPLServer, printAndPrompt: (text: string) => void, context: CommandContext): void {
  for (const [name, { help, run }] of Object.entries(dotCommands)) {
    server.defineCommand(name, {
      help,
      async action(argument) {
        try {
          printAndPrompt(await run(argument.trim(), context));
        } catch (error) {
          printAndPrompt(describeFailure(error, context.options().style));
        }
      },
    });
  }
}

type Complete = (line: string, callback: (error: Error | null, result?: unknown) => void) => void;

function addCompletion(server: REPLServer): void {
  const completer = server as unknown as { completer: Complete };
  const completeAsNode = completer.completer;
  completer.completer = (line, callback) => {
    const own = complete(line, lookUp);
    if (own) callback(null, own);
    else completeAsNode.call(server, line, callback);
  };
}

function lookUp(path: string): unknown {
  try {
    return runInThisContext(path);
  } catch {
    return undefined;
  }
}

/** The keys that the history must not have. */
function keysOf({ local }: Session, env: Io['env']): string[] {
  return [env.MODERATELY_API_KEY, env.TEAM_API_KEY, env.AIXPLAIN_API_KEY, local?.apiKey].flatMap((key) => key?.trim() || []);
}
