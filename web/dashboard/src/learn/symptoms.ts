/** A symptom that a reader knows from a training of their own. */
export interface SymptomRow {
  /** Its name in a question to the engine. */
  readonly name: string;
  readonly symptom: string;
  /** Where it is seen. */
  readonly look: string;
  /** What may lie behind it. */
  readonly behind: string;
}

/** The symptoms of the table, in its order. */
export const symptoms: readonly SymptomRow[] = [
  {
    name: 'loss-stands',
    symptom: 'The loss does not fall.',
    look: 'the loss beside that of a model without memory',
    behind: 'Nothing has been learnt that needs an earlier input.',
  },
  {
    name: 'early-timesteps',
    symptom: 'Early timesteps get no gradient.',
    look: '‖∂L/∂hₜ‖ by timestep',
    behind: 'What happened early moves no weight.',
  },
  {
    name: 'lower-layers',
    symptom: 'Lower layers get less than upper ones.',
    look: 'the gradient norm of each layer',
    behind: 'Each layer is one more factor, as each timestep is.',
  },
  {
    name: 'weights-stand',
    symptom: 'Weights hardly move.',
    look: 'update ÷ weight',
    behind: 'Steps are too short: a gradient that is gone, or a learning rate that is.',
  },
  {
    name: 'loss-jumps',
    symptom: 'The loss jumps.',
    look: 'the loss of each step',
    behind: 'Steps are too long, or the gradient explodes.',
  },
  {
    name: 'not-finite',
    symptom: 'The loss is NaN.',
    look: 'the first number that is not finite: its step, layer and timestep',
    behind: 'A state or a gradient left the range of floats.',
  },
  {
    name: 'saturated',
    symptom: 'Units stand at −1 or 1.',
    look: 'the share of saturated units by timestep',
    behind: 'Slopes near 0 take the gradient, whatever W_hh is.',
  },
  {
    name: 'last-words',
    symptom: 'Only the last words count.',
    look: 'effective context and gradient reach, beside what the task needs',
    behind: 'The gradient ends before the dependency begins.',
  },
];

/** The lines that attach the diagnostics to a loop: those of samples/DiagnoseYourLoop.cs. */
export const diagnosticsLines: readonly string[] = [
  'GradientDiagnostics diagnostics = GradientDiagnostics.Attach(pass);',
  'pass.Forward();',
  'pass.Backward();',
  'diagnostics.Measure();',
  'ReadOnlySpan<double> norms = diagnostics.Norms(layer: 0);',
];
