import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { remedies } from '../src/learn/remedies.js';
import { diagnosticsLines, symptoms } from '../src/learn/symptoms.js';
import {
  firstStatesSentence,
  latchSentence,
  otherRules,
  recencySentence,
  relativeTo,
  remedySentence,
  ruleTitle,
  symptomSentence,
  verdictOfRule,
  type LatchAnswer,
  type LatchNetwork,
  type LessonVerdict,
  type TrainedNetwork,
} from '../src/learn/trainings.js';

const unit: LatchNetwork = {
  recurrentWeight: 2,
  success: 1,
  relative: [1e-7, 1e-4, 1],
  initial: 1e-12,
  relativeInitial: 1e-8,
  factor: 0.1,
  context: 2,
  contextCurve: [
    { lag: 0, lossRise: 3.8 },
    { lag: 1, lossRise: 3.8 },
    { lag: 2, lossRise: 3.8 },
  ],
};
const lost: LatchNetwork = {
  ...unit,
  recurrentWeight: -0.5,
  success: 0.5,
  relativeInitial: 0,
  context: 0,
  contextCurve: [
    { lag: 0, lossRise: 0.001 },
    { lag: 1, lossRise: 0 },
  ],
};
const latch: LatchAnswer = {
  byHand: unit,
  trained: lost,
  steps: 400,
  sequences: 256,
  hintSuccess: 0.5,
  startingWeight: -0.9,
};

describe('the latch', () => {
  it('says who keeps the sign, and what a state that is kept costs', () =>
    expect(latchSentence(latch)).toBe(
      'Of 256 signs the unit set by hand keeps 100 % over 3 timesteps, and the trained one 50 %. ' +
        'Of the gradient at the last timestep 1e-8 arrives at the initial state by hand, and 0 in the trained one. ' +
        'A state that is kept stands where tanh is flat: each timestep multiplies its gradient by 0.1, ' +
        'and 3 timesteps by 0.001.',
    ));

  it('says why the unit set by hand fails, where it does', () => {
    expect(latchSentence({ ...latch, byHand: { ...unit, success: 0.6, recurrentWeight: 0.9 } })).toContain(
      'With W_hh at 1 or below it, 0 is the only state that stays',
    );
    expect(latchSentence({ ...latch, byHand: { ...unit, success: 0.6 } })).toContain('The noise pushes the state');
  });

  it('tells nothing, the newest input and the pulse apart', () => {
    expect(recencySentence(latch)).toBe(
      'The trained unit uses none of its inputs: those of another sequence change its loss by 0.001.',
    );
    expect(recencySentence({ ...latch, trained: unit })).toContain('training found a latch here');
    const recent = {
      ...lost,
      contextCurve: [
        { lag: 0, lossRise: 0.22 },
        { lag: 1, lossRise: 0.0001 },
      ],
    };
    expect(recencySentence({ ...latch, hintSuccess: 0.75, trained: recent })).toBe(
      'The trained unit uses its input 0 timesteps back, and the pulse lies 2 back. Another sequence’s inputs cost ' +
        'it 0.22 nats, and those before the last one 1e-4. That is recency bias: the newest input alone decides. ' +
        'The hint alone gives 75 %.',
    );
    const older = {
      ...recent,
      context: 1,
      contextCurve: [...recent.contextCurve.slice(0, 1), { lag: 1, lossRise: 0.1 }],
    };
    expect(recencySentence({ ...latch, trained: older })).not.toContain('recency bias');
  });
});

const verdict = (rule: string, severity: LessonVerdict['severity'], place: string): LessonVerdict => ({
  rule,
  severity,
  place,
  meaning: `${rule} at ${place}.`,
  remedy: null,
});
const trained: TrainedNetwork = {
  label: 'plain',
  planned: 4,
  steps: 4,
  isDiverged: false,
  losses: [1.4, 1.39, 1.38, 1.37],
  firstGradient: [0.001, 0.1],
  gradient: [0.0001, 0.1],
  validationLoss: 1.37,
  success: 0.25,
  context: 0,
  verdicts: [
    verdict('horizon-too-short', 'warning', 'step 3'),
    verdict('gradient-spike', 'information', 'step 2'),
    verdict('horizon-too-short', 'information', 'step 1'),
  ],
};
const symptom = { name: 'last-words', rule: 'horizon-too-short', fault: 'a fault', network: trained };

describe('a symptom', () => {
  it('shows the gravest verdict of its rule, and names the others once', () => {
    expect(verdictOfRule(symptom)?.place).toBe('step 3');
    expect(otherRules(symptom)).toEqual(['gradient-spike']);
    expect(ruleTitle('horizon-too-short')).toBe('Horizon too short');
  });

  it('is told in numbers', () => {
    expect(symptomSentence(symptom)).toBe(
      'In 4 steps the loss went from 1.4 to 1.37; 0.001 of the gradient at the last timestep is left at the first. ' +
        'Horizon too short, since step 3.',
    );
    expect(symptomSentence({ ...symptom, network: { ...trained, verdicts: [] } })).toContain('No rule of this symptom');
    const broken = { ...trained, isDiverged: true, losses: [0.7, 'NaN' as const] };
    expect(symptomSentence({ ...symptom, network: broken })).toContain('The loss of step 2 is NaN: training ended.');
  });

  it('has a name and words of its own in each row', () => {
    expect(new Set(symptoms.map((row) => row.name)).size).toBe(symptoms.length);
    // The rows are those of the engine.
    const catalogue = readFileSync('../../src/Backflow.Lessons/Symptoms/SymptomCatalogue.cs', 'utf8');
    for (const row of symptoms) expect(catalogue).toContain(`"${row.name}"`);
  });
});

describe('a remedy', () => {
  const cured = { ...trained, label: 'cured', success: 1, firstGradient: [0.1, 0.1] };

  it('is compared with the training without it', () =>
    expect(
      remedySentence({
        remedy: 'orthogonal',
        timesteps: 2,
        pairs: [{ fault: 'vanishing', without: trained, with: cured }],
      }),
    ).toBe(
      '“plain” keeps 25 % of the signs after 4 steps; “cured” keeps 100 % of the signs after 4 steps. ' +
        'In the first step 0.01 and 1 of the gradient at the last timestep arrive at the first one.',
    ));

  it('says where a training broke down', () => {
    const broken = { ...trained, label: 'broken', isDiverged: true, success: null, steps: 89 };
    const sentence = remedySentence({
      remedy: 'clipping',
      timesteps: 2,
      pairs: [
        { fault: 'exploding', without: broken, with: cured },
        { fault: 'vanishing', without: trained, with: trained },
      ],
    });
    expect(sentence).toContain('Where a gradient may explode: “broken” has no finite loss from step 90 on;');
    expect(sentence).toContain('Where a gradient vanishes: “plain” keeps 25 %');
  });

  it('is one that the engine knows', () => {
    const catalogue = readFileSync('../../src/Backflow.Lessons/Before/BeforeGates.cs', 'utf8');
    for (const one of remedies) expect(catalogue).toContain(`("${one.name}", `.trimEnd().slice(0, -1));
  });
});

describe('gradients', () => {
  it('are divided by that of the last timestep', () =>
    expect([...relativeTo([0.25, 'Infinity', 0.5])]).toEqual([0.5, Infinity, 1]));

  it('of the first two states lie one Jacobian apart', () =>
    expect(
      firstStatesSentence({
        rows: [
          { timesteps: 10, initial: 0.005, first: 0.01 },
          { timesteps: 100, initial: 0, first: 0 },
        ],
      }),
    ).toBe(
      'The initial state and the next one have a gradient of 0.005 and 0.01 at T = 10, a factor of 0.5. ' +
        'From T = 100 on the first of them is 0 in the engine’s floats.',
    ));
});

describe('the lines for a loop of one’s own', () => {
  const sample = readFileSync('../../samples/DiagnoseYourLoop.cs', 'utf8');
  it.each(diagnosticsLines.map((line) => [line]))('%s stands in the sample', (line) => expect(sample).toContain(line));
});
