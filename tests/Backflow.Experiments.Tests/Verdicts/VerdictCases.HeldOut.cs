namespace Backflow.Experiments.Tests.Verdicts;

/// <content>
/// Other seeds, sizes and tasks, written down before any of them was run and after the last change to a rule.
/// docs/verdicts.md says how often they ran.
/// </content>
internal static partial class VerdictCases
{
    private static IEnumerable<VerdictCase> HeldOut =>
    [
        Fault("tanh, radius 0.45, adding 70, seed 201", "vanishing-over-time", 300, In(0, 0, 3),
            Adding("rnn", 70, 201) with { HiddenSize = 40, Initialisation = "spectral-radius", Gain = 0.45 }),
        Fault("8 sigmoid layers, brackets 14, seed 202", "vanishing-gradient", 60, In(0),
            Brackets("rnn-sigmoid", 14, 202) with { Layers = 8, Steps = 200 }),
        Fault("7 sigmoid layers, agreement 14, seed 203", "vanishing-through-layers", 60, In(0),
            Agreement("rnn-sigmoid", 14, 203) with { Layers = 7, Steps = 200 }),
        Fault("ReLU, radius 2.4, adding 55, seed 204", "exploding-over-time", 60, In(0, 0, 5),
            Adding("rnn-relu", 55, 204) with { HiddenSize = 40, Initialisation = "spectral-radius", Gain = 2.4 }),
        Fault("ReLU, radius 2.8, not clipped, order 44, seed 205", "exploding-gradient", 10, ExpectedPlace.Network,
            Order("rnn-relu", 44, 205) with { Initialisation = "spectral-radius", Gain = 2.8, ClipNorm = 0 }),
        Fault("LSTM, SGD rate warmed up to 40, echo 4, seed 206", "gradient-spike", 150, ExpectedPlace.Network,
            Echo("lstm", 4, 206) with { Optimizer = "sgd", LearningRate = 40, WarmUpSteps = 1000, ClipNorm = 0 }),
        Fault("tanh, SGD rate 25, brackets 12, seed 207", "loss-exploding", 60, ExpectedPlace.Network,
            Brackets("rnn", 12, 207) with
                { Optimizer = "sgd", LearningRate = 25, ClipNorm = 5, Initialisation = "orthogonal" }),
        Fault("LSTM, forget bias 9, echo 7, seed 208", "saturated-gate", 60, Of("forget", 0, 0, 19),
            Echo("lstm", 7, 208) with { ForgetBias = 9 }),
        Fault("tanh, radius 9, agreement 20, seed 209", "saturated-units", 60, In(0, 0, 19),
            Agreement("rnn", 20, 209) with { Initialisation = "spectral-radius", Gain = 9 }),
        Fault("ReLU, SGD rate 1.2, adding 24, seed 210", "dead-units", 100, In(0),
            Adding("rnn-relu", 24, 210) with
                { Optimizer = "sgd", LearningRate = 1.2, Initialisation = "identity", ClipNorm = 5 }),
        Fault("LSTM, forget bias -4, adding 26, seed 211", "closed-forget-gate", 60, Of("forget", 0, 0, 25),
            Adding("lstm", 26, 211) with { ForgetBias = -4, HiddenSize = 36 }),
        Fault("LSTM, forget bias -1.2, adding 90, seed 212", "horizon-too-short", 250, ExpectedPlace.Network,
            Adding("lstm", 90, 212) with { ForgetBias = -1.2, Steps = 300 }),
        Fault("LSTM, rate 1e-9, brackets 13, seed 213", "update-too-small", 60, ExpectedPlace.Network,
            Brackets("lstm", 13, 213) with { LearningRate = 1e-9 }),
        Fault("GRU, rate x200, order 22, seed 214", "update-too-large", 60, ExpectedPlace.Network,
            Order("gru", 22, 214) with { LearningRate = 0.6 }),
        Fault("sigmoid, echo 12, seed 215", "loss-not-decreasing", 400, ExpectedPlace.Network,
            Echo("rnn-sigmoid", 12, 215)),
        Fault("GRU, rate warmed up to 1.2, echo 4, seed 216", "loss-rising", 800, ExpectedPlace.Network,
            Echo("gru", 4, 216) with { LearningRate = 1.2, WarmUpSteps = 2000, Steps = 800 }),
        Fault("GRU, limit 0.002, agreement 16, seed 217", "always-clipping", 150, ExpectedPlace.Network,
            Agreement("gru", 16, 217) with { ClipNorm = 0.002 }),
        Fault("tanh, norm 0.6, order 36, seed 218", "spectral-regime", 20, In(0),
            Order("rnn", 36, 218) with { Initialisation = "spectral-norm", Gain = 0.6 }),
        Fault("tanh, tiny start, agreement 22, seed 219", "poor-initialisation", 10, In(0, 18, 20),
            Agreement("rnn", 22, 219) with { Initialisation = "orthogonal", Gain = 0.025 }),
        Fault("ReLU, identity times 3.2, adding 110, seed 220", "non-finite", 2, In(0, 70, 105),
            Adding("rnn-relu", 110, 220) with { Initialisation = "identity", Gain = 3.2 }),
        Fine("LSTM, chrono, adding 17, seed 231", Adding("lstm", 17, 231) with { Chrono = 17, LearningRate = 0.01 }),
        Fine("GRU, adding 14, seed 232", Adding("gru", 14, 232) with { LearningRate = 0.01 }),
        Fine("GRU, echo 5, H 28, seed 233", Echo("gru", 5, 233) with { HiddenSize = 28, LearningRate = 0.01 }),
        Fine("LSTM, forget bias 2, echo 3, seed 234",
            Echo("lstm", 3, 234) with { ForgetBias = 2, LearningRate = 0.01 }),
        Fine("tanh, orthogonal, brackets 11, seed 235",
            Brackets("rnn", 11, 235) with { Initialisation = "orthogonal" }),
        Fine("LSTM, brackets 14, seed 236", Brackets("lstm", 14, 236) with { ForgetBias = 1, LearningRate = 0.01 }),
        Fine("GRU, chrono, agreement 14, seed 237", Agreement("gru", 14, 237) with { Chrono = 14 }),
        Fine("ReLU, agreement 10, seed 238", Agreement("rnn-relu", 10, 238) with { LearningRate = 0.001 }),
        Fine("GRU, copy 4, seed 239", Copy("gru", 4, 2, 239) with { LearningRate = 0.01 }),
        Fine("LSTM, chrono, copy 4, seed 240", Copy("lstm", 4, 2, 240) with { Chrono = 8, LearningRate = 0.01 }),
        Fine("GRU, chrono, order 16, seed 241", Order("gru", 16, 241) with { Chrono = 16, LearningRate = 0.01 }),
        Fine("2 GRU layers, AdamW, sentences, seed 242",
            Sentences("gru", 242) with { Layers = 2, Optimizer = "adamw", WeightDecay = 0.01 }),
        Fine("tanh, B 8, sentences, seed 243", Sentences("rnn", 243) with { BatchSize = 8 }),
        Fine("LSTM, window 60, sentences, seed 244", Sentences("lstm", 244) with { SequenceLength = 60 }),
    ];
}
