namespace Backflow.Experiments.Tests.Verdicts;

/// <content>
/// Other seeds, sizes and tasks, written down before any of them was run and after the last change to a rule.
/// docs/verdicts.md says how often they ran.
/// </content>
internal static partial class VerdictCases
{
    private static IEnumerable<VerdictCase> HeldOut =>
    [
        Ill("tanh, radius 0.55, order 50, seed 101", "vanishing-over-time", 60, In(0, 5, 5),
            Order("rnn", 50, 101) with { HiddenSize = 36, Initialisation = "spectral-radius", Gain = 0.55 }),
        Ill("sigmoid, agreement 15, seed 102", "spectral-regime", 20, In(0), Agreement("rnn-sigmoid", 15, 102)),
        Ill("ReLU, radius 2.6, order 45, seed 103", "exploding-over-time", 60, In(0, 0, 5),
            Order("rnn-relu", 45, 103) with { HiddenSize = 48, Initialisation = "spectral-radius", Gain = 2.6 }),
        Ill("LSTM, forget bias -3.5, order 32, seed 104", "closed-forget-gate", 60, Of("forget", 0, 0, 31),
            Order("lstm", 32, 104) with { ForgetBias = -3.5, HiddenSize = 28 }),
        Ill("LSTM, forget bias 7.5, copy 15, seed 105", "saturated-gate", 60, Of("forget", 0, 0, 22),
            Copy("lstm", 15, 4, 105) with { ForgetBias = 7.5 }),
        Ill("GRU, rate x100, brackets 18, seed 106", "update-too-large", 60, ExpectedPlace.Network,
            Brackets("gru", 18, 106) with { LearningRate = 0.3 }),
        Ill("LSTM, rate x150, order 24, seed 107", "update-too-large", 60, ExpectedPlace.Network,
            Order("lstm", 24, 107) with { LearningRate = 0.45 }),
        Ill("tanh, radius 11, order 34, seed 108", "saturated-units", 60, In(0, 0, 33),
            Order("rnn", 34, 108) with { Initialisation = "spectral-radius", Gain = 11 }),
        Ill("tanh, rate 1e-9, agreement 17, seed 109", "update-too-small", 60, ExpectedPlace.Network,
            Agreement("rnn", 17, 109) with { LearningRate = 1e-9 }),
        Ill("ReLU, identity times 3.5, order 90, seed 110", "non-finite", 2, In(0, 68, 89),
            Order("rnn-relu", 90, 110) with { Initialisation = "identity", Gain = 3.5, HiddenSize = 40 }),
        Ill("tanh, copy 65, seed 111", "loss-not-decreasing", 700, ExpectedPlace.Network,
            Copy("rnn", 65, 6, 111) with { Steps = 700 }),
        Ill("5 sigmoid layers, order 22, seed 112", "vanishing-through-layers", 60, In(0),
            Order("rnn-sigmoid", 22, 112) with { Layers = 5 }),
        Ill("tanh, tiny start, order 40, seed 113", "poor-initialisation", 10, In(0, 36, 38),
            Order("rnn", 40, 113) with { Initialisation = "orthogonal", Gain = 0.03 }),
        Ill("LSTM, limit 0.0015, echo 6, seed 114", "always-clipping", 150, ExpectedPlace.Network,
            Echo("lstm", 6, 114) with { ClipNorm = 0.0015 }),
        Fine("LSTM, chrono, adding 18, seed 121", Adding("lstm", 18, 121) with { Chrono = 18, LearningRate = 0.01 }),
        Fine("GRU, chrono, adding 16, seed 122", Adding("gru", 16, 122) with { Chrono = 16, LearningRate = 0.01 }),
        Fine("GRU, echo 6, H 36, seed 123", Echo("gru", 6, 123) with { HiddenSize = 36, LearningRate = 0.01 }),
        Fine("tanh, orthogonal, echo 2, seed 124", Echo("rnn", 2, 124) with { Initialisation = "orthogonal" }),
        Fine("LSTM, brackets 16, seed 125", Brackets("lstm", 16, 125) with { ForgetBias = 1, LearningRate = 0.01 }),
        Fine("LSTM, forget bias 2, agreement 13, seed 126", Agreement("lstm", 13, 126) with { ForgetBias = 2 }),
        Fine("GRU, 2 layers, sentences, seed 127", Sentences("gru", 127) with { Layers = 2 }),
        Fine("tanh, H 80, sentences, seed 128", Sentences("rnn", 128) with { HiddenSize = 80 }),
        Fine("LSTM, RMSprop, sentences, seed 129",
            Sentences("lstm", 129) with { Optimizer = "rmsprop", LearningRate = 0.002 }),
        Fine("GRU, copy 4, seed 130", Copy("gru", 4, 2, 130) with { LearningRate = 0.01 }),
        Fine("LSTM, chrono, order 18, seed 131", Order("lstm", 18, 131) with { Chrono = 18, LearningRate = 0.01 }),
        Fine("ReLU, identity, brackets 10, seed 132",
            Brackets("rnn-relu", 10, 132) with { Initialisation = "identity", LearningRate = 0.001 }),
        Fine("LSTM, dropout, 2 layers, sentences, seed 133", Sentences("lstm", 133) with { Layers = 2, Dropout = 0.2 }),
        Fine("GRU reset before, brackets 12, seed 134",
            Brackets("gru-reset-before", 12, 134) with { LearningRate = 0.01 }),
    ];
}
