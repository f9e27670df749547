import type { EngineExports, EngineReply, EngineRequest } from './engineMessages.js';

/** The runtime's loader, as far as it is used here. */
interface RuntimeLoader {
  create(): Promise<{
    getAssemblyExports(assembly: string): Promise<{ Backflow: { Browser: { Module: EngineExports } } }>;
  }>;
}

/** About how long a piece of a training computes, in milliseconds: a question waits no longer than this. */
const pieceTime = 120;

/** Steps of a piece before it is known how long one takes, and at most: pictures grow smoothly. */
const [firstSteps, mostSteps] = [2, 20];

let engine: Promise<EngineExports> | null = null;
/** The training that is under way. */
let training: number | null = null;

addEventListener('message', (event: MessageEvent<EngineRequest>) => {
  const request = event.data;
  if (request.kind === 'load') {
    engine = load(request.address);
    const told = (): void => reply({ kind: 'begun' });
    engine.then(told, told);
  } else if (request.kind === 'stop') training = null;
  else if (request.kind === 'ask') void ask(request.id, request.question, request.values);
  else void train(request.id, request.values);
});

async function load(address: string): Promise<EngineExports> {
  const { dotnet } = (await import(/* @vite-ignore */ address)) as { dotnet: RuntimeLoader };
  const runtime = await dotnet.create();
  return (await runtime.getAssemblyExports('Backflow.Browser.dll')).Backflow.Browser.Module;
}

async function ask(id: number, question: string, values: string): Promise<void> {
  try {
    const module = await loaded();
    reply({ kind: 'answer', id, json: module.Ask(question, values) });
  } catch (error) {
    reply({ kind: 'failure', id, message: String(error) });
  }
}

async function train(id: number, values: string): Promise<void> {
  training = id;
  try {
    const module = await loaded();
    let json = module.Train(values);
    let steps = firstSteps;
    for (;;) {
      const isLast = isOver(json);
      if (training !== id) return;
      reply({ kind: 'steps', id, json, isLast });
      if (isLast) return;
      // Messages that came meanwhile, a stop or a question, have their turn.
      await new Promise((resolve) => setTimeout(resolve));
      if (training !== id) return;
      const start = performance.now();
      json = module.Advance(steps);
      const taken = Math.max(1, performance.now() - start);
      steps = Math.max(1, Math.min(mostSteps, Math.round((steps * pieceTime) / taken)));
    }
  } catch (error) {
    reply({ kind: 'failure', id, message: String(error) });
  }
}

/** Whether nothing follows: all steps are done, a loss is not finite, or the values were wrong. */
function isOver(json: string): boolean {
  const piece = JSON.parse(json) as {
    error?: string;
    step: number;
    steps: number;
    networks: readonly { losses: readonly unknown[] }[];
  };
  return (
    piece.error !== undefined ||
    piece.step >= piece.steps ||
    piece.networks.some(({ losses }) => losses.some((loss) => typeof loss !== 'number'))
  );
}

function loaded(): Promise<EngineExports> {
  return engine ?? Promise.reject(new Error('The module was asked before it was loaded.'));
}

function reply(message: EngineReply): void {
  self.postMessage(message);
}
