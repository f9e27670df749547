using System.Collections.Immutable;
using System.Globalization;
using Backflow.Experiments.Training;

namespace Backflow.Experiments.Diagnosis;

/// <summary>The remedies that fit a configuration.</summary>
internal static class RemedyTrials
{
    private const double QuickRate = 0.01;

    /// <summary>λ; norms are clipped after it is added, so its order of magnitude matters and no digit of it.</summary>
    private const double OmegaStrength = 2;

    /// <summary>The configuration as it is, then every remedy that would change it.</summary>
    public static ImmutableArray<(string Name, TrainingConfiguration Configuration)> Of(
        TrainingConfiguration c, int? dependency)
    {
        double lag = Math.Max(2, dependency ?? (c.SequenceLength - 1));
        bool isElman = c.Cells.All(static cell => cell.StartsWith("rnn", StringComparison.Ordinal));
        bool hasLstm = c.Cells.Contains("lstm");
        TrainingConfiguration plain = c with
        {
            Initialisation = "pytorch",
            Gain = 1,
            ForgetBias = null,
            Chrono = null,
            Omega = 0,
        };
        List<(string Name, TrainingConfiguration Configuration)> all = [(TrialResult.AsItIs, c)];
        // Parts before bundles, so that the table says which part helped.
        if (isElman)
        {
            all.Add(("orthogonal start", c with { Initialisation = "orthogonal", Gain = 1 }));
            all.Add(("spectral norm 1", c with { Initialisation = "spectral-norm", Gain = 1 }));
            all.Add(("tanh", c with { Cells = ["rnn"] }));
            all.Add(("tanh, orthogonal start", c with { Cells = ["rnn"], Initialisation = "orthogonal", Gain = 1 }));
            all.Add(("Ω regulariser", c with { Omega = OmegaStrength }));
        }

        if (hasLstm)
        {
            all.Add(("forget bias 1", c with { ForgetBias = 1, Chrono = null }));
            all.Add(("forget bias 3", c with { ForgetBias = 3, Chrono = null }));
            all.Add(("chrono", c with { Chrono = lag, ForgetBias = null }));
        }

        all.Add(("rate × 3", c with { LearningRate = Rounded(3 * c.LearningRate) }));
        all.Add(("rate ÷ 3", c with { LearningRate = Rounded(c.LearningRate / 3) }));
        all.Add(("rate 0.01", c with { LearningRate = QuickRate }));
        all.Add(("clipping at 1", c with { ClipNorm = 1 }));
        all.Add(("LSTM", plain with { Cells = ["lstm"] }));
        all.Add(("LSTM, forget bias 3", plain with { Cells = ["lstm"], ForgetBias = 3 }));
        all.Add(("LSTM, chrono, rate 0.01", plain with { Cells = ["lstm"], Chrono = lag, LearningRate = QuickRate }));
        all.Add(("GRU", plain with { Cells = ["gru"] }));
        all.Add(("GRU, rate 0.01", plain with { Cells = ["gru"], LearningRate = QuickRate }));
        all.Add(("GRU, chrono, rate 0.01", plain with { Cells = ["gru"], Chrono = lag, LearningRate = QuickRate }));
        if (c.Task is null)
        {
            all.Add(("window of twice the length", c with { SequenceLength = 2 * c.SequenceLength }));
        }

        return [.. all.DistinctBy(static trial => TrainingCommandLine.Of(trial.Configuration))];
    }

    /// <summary>Multiply-adds per step, relative to an Elman network of the same size.</summary>
    public static double Cost(TrainingConfiguration c) => c.SequenceLength * c.Cells.Average(cell => cell switch
    {
        "lstm" => 4,
        "gru" or "gru-reset-before" => 3.5,
        _ => c.Omega > 0 ? 6 : 1.5,
    });

    private static double Rounded(double value) =>
        double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
