using Backflow.Training;

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
        Fine("GRU, copy 5", Copy("gru", 5, 2, 80) with { LearningRate = 0.01 }),
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
        Fine("LSTM, dropout, 2 layers, sentences, seed 133", Sentences("lstm", 133) with { Layers = 2, Dropout = 0.2 }),
        Fine("LSTM, B 1, sentences, seed 146", Sentences("lstm", 146) with { BatchSize = 1, Steps = 800 }),
        Fine("2 GRU layers, dropout 0.5, AdamW, decay 0.1, sentences, seed 147", Sentences("gru", 147) with
            { Layers = 2, Dropout = 0.5, Optimizer = "adamw", WeightDecay = 0.1 }),
        Fine("GRU reset before, brackets 12, seed 134",
            Brackets("gru-reset-before", 12, 134) with { LearningRate = 0.01 }),
    ];

    private static VerdictCase Fine(string name, TrainingConfiguration configuration) =>
        new(name, configuration, null, 0, ExpectedPlace.Network);
}
