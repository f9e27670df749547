using Backflow.Experiments.Training;

namespace Backflow.Experiments.Tests.Verdicts;

/// <content>Runs that learn, and must be left in peace.</content>
internal static partial class VerdictCases
{
    private static IEnumerable<VerdictCase> Healthy =>
    [
        Fine("GRU, chrono, adding 20", Adding("gru", 20) with { Chrono = 20, LearningRate = 0.01 }),
        Fine("LSTM, chrono, adding 20", Adding("lstm", 20) with { Chrono = 20, LearningRate = 0.01 }),
        Fine("LSTM, forget bias 3, adding 30", Adding("lstm", 30, 2) with { ForgetBias = 3, LearningRate = 0.01 }),
        Fine("ReLU, identity, echo 2", Echo("rnn-relu", 2) with { Initialisation = "identity", LearningRate = 0.001 }),
        Fine("tanh, orthogonal, adding 15", Adding("rnn", 15, 3) with { Initialisation = "orthogonal" }),
        Fine("LSTM, chrono, copy 5", Copy("lstm", 5, 2) with { Chrono = 10, LearningRate = 0.01 }),
        Fine("GRU, copy 3", Copy("gru", 3, 2) with { LearningRate = 0.01 }),
        Fine("tanh, orthogonal, copy 3", Copy("rnn", 3, 2) with { Initialisation = "orthogonal" }),
        Fine("tanh, orthogonal, echo 3", Echo("rnn", 3) with { Initialisation = "orthogonal" }),
        Fine("GRU, echo 3", Echo("gru", 3) with { LearningRate = 0.01 }),
        Fine("LSTM, forget bias 1, echo 2", Echo("lstm", 2) with { ForgetBias = 1, LearningRate = 0.01 }),
        Fine("LSTM, forget bias 1, brackets", Brackets("lstm", 12) with { ForgetBias = 1, LearningRate = 0.01 }),
        Fine("GRU, brackets", Brackets("gru", 16) with { LearningRate = 0.01 }),
        Fine("tanh, orthogonal, brackets", Brackets("rnn", 12) with { Initialisation = "orthogonal" }),
        Fine("LSTM, forget bias 3, agreement", Agreement("lstm", 12) with { ForgetBias = 3 }),
        Fine("GRU, chrono, agreement", Agreement("gru", 12) with { Chrono = 12 }),
        Fine("LSTM, forget bias 3, order 20", Order("lstm", 20) with { ForgetBias = 3, LearningRate = 0.01 }),
        Fine("GRU, chrono, order 20", Order("gru", 20) with { Chrono = 20, LearningRate = 0.01 }),
        Fine("tanh, sentences", Sentences("rnn")),
        Fine("LSTM, sentences", Sentences("lstm")),
        Fine("GRU, sentences", Sentences("gru")),
        Fine("GRU reset before, sentences", Sentences("gru-reset-before")),
        Fine("2 LSTM layers, sentences", Sentences("lstm", 4) with { Layers = 2 }),
        Fine("GRU, cosine, sentences", Sentences("gru", 5) with { Schedule = "cosine", WarmUpSteps = 20 }),
        HeldOut("LSTM, chrono, adding 22, seed 71", Adding("lstm", 22, 71) with { Chrono = 22, LearningRate = 0.01 }),
        HeldOut("GRU, chrono, adding 12, seed 72", Adding("gru", 12, 72) with { Chrono = 12, LearningRate = 0.01 }),
        HeldOut("GRU, echo 5, H 40, seed 73", Echo("gru", 5, 73) with { HiddenSize = 40, LearningRate = 0.01 }),
        HeldOut("tanh, orthogonal, echo 4, seed 74", Echo("rnn", 4, 74) with { Initialisation = "orthogonal" }),
        HeldOut("LSTM, brackets 14, seed 75", Brackets("lstm", 14, 75) with { ForgetBias = 1, LearningRate = 0.01 }),
        HeldOut("LSTM, forget bias 2, agreement 11, seed 76", Agreement("lstm", 11, 76) with { ForgetBias = 2 }),
        HeldOut("GRU, 2 layers, sentences, seed 77", Sentences("gru", 77) with { Layers = 2 }),
        HeldOut("tanh, H 96, sentences, seed 78", Sentences("rnn", 78) with { HiddenSize = 96 }),
        HeldOut("LSTM, RMSprop, sentences, seed 79", Sentences("lstm", 79) with { Optimizer = "rmsprop", LearningRate = 0.002 }),
        HeldOut("GRU, copy 5, seed 80", Copy("gru", 5, 2, 80) with { LearningRate = 0.01 }),
        HeldOut("LSTM, chrono, order 22, seed 81", Order("lstm", 22, 81) with { Chrono = 22, LearningRate = 0.01 }),
        HeldOut("ReLU, identity, brackets, seed 82", Brackets("rnn-relu", 12, 82) with
            { Initialisation = "identity", LearningRate = 0.001 }),
        HeldOut("LSTM, dropout, 2 layers, sentences, seed 83", Sentences("lstm", 83) with { Layers = 2, Dropout = 0.2 }),
        HeldOut("GRU reset before, brackets, seed 84", Brackets("gru-reset-before", 14, 84) with { LearningRate = 0.01 }),
    ];

    private static VerdictCase Fine(string name, TrainingConfiguration configuration) =>
        new(name, configuration, null, 0);

    private static VerdictCase HeldOut(string name, TrainingConfiguration configuration) =>
        Fine(name, configuration) with { IsHeldOut = true };
}
