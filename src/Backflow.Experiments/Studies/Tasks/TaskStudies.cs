using System.Collections.Immutable;
using Backflow.Training;

namespace Backflow.Experiments.Studies.Tasks;

/// <summary>The studies that train networks on tasks with a known dependency.</summary>
internal static class TaskStudies
{
    private static readonly SolvedRule Recalls =
        new("at least 90 % success", static score => score.Success, Limit: 0.9, Enough: 0.99, IsLoss: false);

    /// <summary>When the adding problem counts as solved.</summary>
    public static readonly SolvedRule Adds =
        new("a squared error under 0.01", static score => score.Loss, Limit: 0.01, Enough: 0.001, IsLoss: true);

    private const string Rates =
        "Adam, clipping at norm 1, orthogonal R. Learning rates by cell: LSTM η, GRU η/2, RNN η/10 (η = 0.01; full: "
            + "0.002). ";

    // A tanh network diverges at the learning rate of the gated cells.
    private static readonly TrialVariant Rnn =
        new("RNN", static (start, _) => start with { Cells = ["rnn"], LearningRate = start.LearningRate / 10 });

    private static readonly TrialVariant Gru =
        new("GRU", static (start, _) => start with { Cells = ["gru"], LearningRate = start.LearningRate / 2 });

    private static readonly TrialVariant Lstm = new("LSTM", static (start, _) => start with { Cells = ["lstm"] });

    private static readonly TrialVariant LstmChrono =
        new("LSTM chrono", static (start, lag) => start with { Cells = ["lstm"], Chrono = Math.Max(3, 2 * lag) });

    /// <summary>What a trial of the default size starts from.</summary>
    public static readonly TrainingConfiguration Start = new()
    {
        HiddenSize = 64,
        EmbeddingSize = 16,
        BatchSize = 32,
        LearningRate = 0.01,
        Initialisation = "orthogonal",
        ValidationInterval = 100,
    };

    /// <summary>What a trial of the quick size starts from.</summary>
    public static readonly TrainingConfiguration Quick =
        Start with { HiddenSize = 8, BatchSize = 8, Steps = 20, ValidationInterval = 20 };

    /// <summary>What a trial of the full size starts from.</summary>
    public static readonly TrainingConfiguration Full =
        Start with { HiddenSize = 128, BatchSize = 50, LearningRate = 0.002, Steps = 20_000 };

    public static ImmutableArray<IStudy> All { get; } =
        [CopyMemory(), Adding(), TemporalOrder(), Agreement(), Brackets(), Echo()];

    private static TaskStudy CopyMemory() => new()
    {
        Name = "copy-memory",
        Question = "Over how many blanks does each cell remember a row of symbols?",
        Method = "Copy memory (Arjovsky, Shah & Bengio 2016, section 5.1) with five symbols of eight instead of ten; "
            + "the full size has ten. RMSprop, clipping at norm 1, orthogonal R. Learning rates by cell: LSTM η, GRU "
            + "η/2, RNN η/10 (η = 0.01; full: 0.005). LSTM chrono has the biases of Tallec & Ollivier 2018 for twice "
            + "the lag. Success is the share of symbols recalled in 256 validation sequences. A trial ends at 99 %, or "
            + "with its steps.",
        LagOption = "lag",
        Variants = [Rnn, Gru, Lstm, LstmChrono],
        Solved = Recalls,
        Plan = static size => size switch
        {
            StudySize.Quick => new TrialPlan
            {
                Lags = [1, 2],
                Seeds = 1,
                Base = Quick,
                TaskOptions = Options("symbols", 2),
            },
            StudySize.Default => new TrialPlan
            {
                Lags = [5, 10, 20, 30, 50],
                Seeds = 3,
                Base = Start with { Optimizer = "rmsprop", Steps = 3500 },
                TaskOptions = Options("symbols", 5),
            },
            _ => new TrialPlan
            {
                Lags = [10, 30, 100, 200, 500],
                Seeds = 5,
                Base = Start with
                {
                    HiddenSize = 128,
                    BatchSize = 50,
                    LearningRate = 0.005,
                    Optimizer = "rmsprop",
                    Steps = 30_000,
                },
            },
        },
    };

    private static TaskStudy Adding() => new()
    {
        Name = "adding",
        Question = "How far apart may the two numbers be that a cell has to add?",
        Method = "The adding problem (Le, Jaitly & Hinton 2015, section 4.1). "
            + Rates
            + "LSTM chrono has the biases of Tallec & Ollivier 2018 for twice the length. Predicting 1 has a squared "
            + "error of 1/6. Success is a sum within 0.04 of the right one. A trial ends at an error of 0.001 on 256 "
            + "validation sequences, or with its steps.",
        LagOption = "length",
        Variants = [Rnn, Gru, LstmChrono],
        Solved = Adds,
        Plan = static size => size switch
        {
            StudySize.Quick => new TrialPlan { Lags = [4, 8], Seeds = 1, Base = Quick },
            StudySize.Default => new TrialPlan { Lags = [50, 100, 200], Seeds = 3, Base = Start with { Steps = 1500 } },
            _ => new TrialPlan
            {
                Lags = [100, 200, 400, 600],
                Seeds = 5,
                Base = Full,
            },
        },
    };

    private static TaskStudy TemporalOrder() => new()
    {
        Name = "temporal-order",
        Question = "Over which length does each cell know the order of three symbols?",
        Method = "The 3-symbol temporal order problem (Hochreiter & Schmidhuber 1997, experiment 6b, places scaled "
            + "with the length). "
            + Rates
            + "LSTM chrono has the biases of Tallec & Ollivier 2018 for twice the length. Success is the share of 256 "
            + "validation sequences whose order is recognised. A trial ends at 99 %, or with its steps.",
        LagOption = "length",
        Variants = [Rnn, Gru, Lstm, LstmChrono],
        Solved = Recalls,
        Plan = static size => size switch
        {
            StudySize.Quick => new TrialPlan { Lags = [10, 12], Seeds = 1, Base = Quick },
            StudySize.Default => new TrialPlan
            {
                Lags = [20, 50, 100, 150],
                Seeds = 3,
                Base = Start with { Steps = 1000 },
            },
            _ => new TrialPlan
            {
                Lags = [50, 100, 150, 200],
                Seeds = 5,
                Base = Start with { LearningRate = 0.002, BatchSize = 20, Steps = 50_000 },
            },
        },
    };

    private static TaskStudy Agreement() => new()
    {
        Name = "agreement",
        Question = "How many attractors between subject and verb does each cell survive?",
        Method = "Number prediction (Linzen, Dupoux & Goldberg 2016) on sentences of a grammar: trained on the "
            + "grammar's own mixture, measured on 100 sentences for each number of attractors, in which every noun "
            + "between subject and verb has the other number. Going by the nearest noun scores 100 % without "
            + "attractors and 0 % with any. Adam, clipping at norm 1, orthogonal R; the GRU has half and the RNN a "
            + "tenth of the LSTM's learning rate. Every trial has all its steps.",
        LagOption = "length",
        IsByGroup = true,
        Variants = [Rnn, Gru, Lstm],
        Solved = Recalls with { Enough = double.PositiveInfinity },
        Plan = static size => size switch
        {
            StudySize.Quick => new TrialPlan { Lags = [24], Seeds = 1, Base = Quick },
            StudySize.Default => new TrialPlan
            {
                Lags = [32],
                Seeds = 5,
                Base = Start with { EmbeddingSize = 32, Steps = 1500, ValidationInterval = 500 },
            },
            _ => new TrialPlan
            {
                Lags = [32],
                Seeds = 20,
                Base = Start with
                {
                    HiddenSize = 50,
                    EmbeddingSize = 50,
                    LearningRate = 0.002,
                    Steps = 50_000,
                    BatchSize = 64,
                    ValidationInterval = 5000,
                },
            },
        },
    };

    private static TaskStudy Brackets() => new()
    {
        Name = "brackets",
        Question = "How long may a row of nested brackets be for each cell to know which one closes next?",
        Method = "Brackets of two kinds, nested up to eight deep (Bernardy 2018; a fixed length, and a bracket that "
            + "closes at once does not count). "
            + Rates
            + "Success is the share of closing brackets whose kind is foretold in 256 validation sequences. A trial "
            + "ends at 99 %, or with its steps.",
        LagOption = "length",
        Variants = [Rnn, Gru, Lstm],
        Solved = Recalls,
        Plan = static size => size switch
        {
            StudySize.Quick => new TrialPlan { Lags = [6, 8], Seeds = 1, Base = Quick },
            StudySize.Default => new TrialPlan { Lags = [16, 32, 64], Seeds = 3, Base = Start with { Steps = 1500 } },
            _ => new TrialPlan
            {
                Lags = [16, 32, 64, 128],
                Seeds = 5,
                Base = Full,
            },
        },
    };

    private static TaskStudy Echo() => new()
    {
        Name = "echo",
        Question = "After how many timesteps can each cell still repeat every symbol that it reads?",
        Method = "Delayed echo (Jaeger 2001, short-term memory; eight symbols instead of numbers): at every timestep "
            + "the symbol of so many timesteps ago, so that as many symbols have to be kept at once. "
            + Rates
            + "LSTM chrono has the biases of Tallec & Ollivier 2018 for twice the lag. Success is the share of symbols "
            + "echoed in 256 validation sequences. A trial ends at 99 %, or with its steps.",
        LagOption = "lag",
        Variants = [Rnn, Gru, Lstm, LstmChrono],
        Solved = Recalls,
        Plan = static size => size switch
        {
            StudySize.Quick => new TrialPlan { Lags = [1, 2], Seeds = 1, Base = Quick },
            StudySize.Default => new TrialPlan { Lags = [2, 5, 10, 20], Seeds = 3, Base = Start with { Steps = 1500 } },
            _ => new TrialPlan
            {
                Lags = [5, 10, 20, 50],
                Seeds = 5,
                Base = Full,
            },
        },
    };

    private static ImmutableSortedDictionary<string, int> Options(string name, int value) =>
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create(name, value)]);
}
