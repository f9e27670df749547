// Over how many blanks does a plain RNN remember three symbols?
using System.Collections.Immutable;
using Backflow.Training;
using Backflow.Training.Recording;

foreach (int lag in (int[])[2, 40])
{
    TrainingConfiguration configuration = new()
    {
        Task = "copy-memory",
        TaskOptions = ImmutableSortedDictionary<string, int>.Empty.Add("lag", lag).Add("symbols", 3),
        Cells = ["rnn"],
        HiddenSize = 64,
        Steps = 1200,
    };

    // Your turn: train a run of this configuration; what Train returns has the share of recalled symbols as Success.
    double recalled = double.NaN;
    Console.WriteLine(FormattableString.Invariant($"{lag} {recalled:g4}"));
}
