using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Runs;
using Backflow.Training;
using Backflow.Training.Tasks;
using Backflow.Training.Tasks.Agreement;

namespace Backflow.Experiments.Exploration;

/// <summary>
/// Answers how far a verb's prediction reaches back; trains its three networks at the first question.
/// </summary>
/// <param name="store">Where the networks are kept as runs, so that the next process finds them.</param>
/// <param name="clock">What tells the time.</param>
/// <param name="steps">Steps of training; null for the usual number.</param>
/// <param name="commands">Who writes the commands of its runs; null for settings in words.</param>
internal sealed class DependencyQuestion(
    RunStore store, TimeProvider clock, long? steps, ICommandWriter? commands) : IDisposable
{
    private const int MostExamples = 10_000;
    private const int LongestPrefix = 32;
    private const ulong ExampleSeed = 0xDE9;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly AgreementGrammar _grammar = new();
    private ImmutableArray<(string Name, DependencyTraining Training, Task<DependencyNetwork> Network)> _networks = [];

    public DependencyAnswer Answer(int attractors, int example)
    {
        if (attractors is < 0 or > AgreementGrammar.MaximumInterveningNouns || example is < 0 or >= MostExamples)
        {
            throw new ExperimentException(
                $"There are sentences with 0 to {AgreementGrammar.MaximumInterveningNouns} attractors, numbered 0 to "
                + $"{MostExamples - 1}; got {attractors} and {example}.",
                "Choose 2 attractors and example 0, for instance.");
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            StartTraining();
            return Read(Sentence(attractors, example));
        }
    }

    /// <summary>Stops the training; its runs can be resumed and are, by the next process that asks.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            _stopping.Cancel();
            foreach ((_, _, Task<DependencyNetwork> network) in _networks)
            {
                // A failure was thrown at the next question; there will be none.
                Task.WhenAny(network).Wait();
                if (network.IsCompletedSuccessfully)
                {
                    network.Result.Dispose();
                }
            }

            _stopping.Dispose();
        }
    }

    private void StartTraining()
    {
        if (_networks.IsEmpty || _networks.Any(static entry => entry.Network.IsFaulted))
        {
            Exception? failure = _networks.Select(static entry => entry.Network.Exception?.InnerException)
                .FirstOrDefault(static exception => exception is not null);
            _networks = [.. DependencyCells.All.Select(entry => Start(entry.Name, entry.Cell))];
            if (failure is not null)
            {
                throw failure as ExperimentException ?? new ExperimentException(
                    $"The networks of this page could not be trained: {failure.Message}", "Try again.", failure);
            }
        }
    }

    private (string Name, DependencyTraining Training, Task<DependencyNetwork> Network) Start(
        string name, CellDescription cell)
    {
        DependencyTraining training = new(store, name, DependencyCells.Configuration(cell, steps), clock, commands);
        CancellationToken cancellation = _stopping.Token;
        // Each on a thread of its own, below whatever else the machine is doing.
        Task<DependencyNetwork> network = Task.Factory.StartNew(
            () =>
            {
                Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
                return training.Run(cancellation);
            },
            cancellation,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        return (name, training, network);
    }

    // Sentences of a label of their own: neither those of training nor those that accuracy is measured on.
    private AgreementSentence Sentence(int attractors, int example)
    {
        SplittableRandom random =
            new SplittableRandom(ExampleSeed).Split("dependency").Split((ulong)attractors).Split((ulong)example);
        AgreementSentence sentence;
        do
        {
            sentence = _grammar.NextWithAttractors(attractors, random);
        }
        while (sentence.VerbIndex > LongestPrefix);

        return sentence;
    }

    private DependencyAnswer Read(AgreementSentence sentence)
    {
        (string Name, DependencyNetwork Network)[] ready =
        [
            .. _networks.Where(static entry => entry.Network.IsCompletedSuccessfully)
                .Select(static entry => (entry.Name, entry.Network.Result)),
        ];
        Dictionary<string, (ImmutableArray<double> Norms, double RightProbability)> readings =
            ready.ToDictionary(static entry => entry.Name, entry => entry.Network.Read(sentence));
        bool isSingular = sentence.SubjectNumber == GrammaticalNumber.Singular;
        return new DependencyAnswer
        {
            Cells = [.. DependencyCells.All.Select(static entry => entry.Name)],
            Words = sentence.Words[..(sentence.VerbIndex + 1)],
            Subject = sentence.SubjectIndex,
            Verb = sentence.VerbIndex,
            AttractorIndices = sentence.AttractorIndices,
            Norms = ByCell(readings, static reading => reading.Norms),
            Probabilities = ByCell(readings, reading => isSingular
                ? new NumberProbabilities(reading.RightProbability, 1 - reading.RightProbability)
                : new NumberProbabilities(1 - reading.RightProbability, reading.RightProbability)),
            Correct = ByCell(readings, static reading => reading.RightProbability > 0.5),
            AccuracyByAttractors = ready.ToImmutableSortedDictionary(
                static entry => entry.Name, static entry => entry.Network.AccuracyByAttractors, StringComparer.Ordinal),
            Parameters = ready.ToImmutableSortedDictionary(
                static entry => entry.Name, static entry => entry.Network.Parameters, StringComparer.Ordinal),
            Status = ready.Length == _networks.Length ? "ready" : "training",
            Progress = _networks.Average(static entry => entry.Training.Progress),
        };
    }

    private static ImmutableSortedDictionary<string, T> ByCell<T>(
        Dictionary<string, (ImmutableArray<double> Norms, double RightProbability)> readings,
        Func<(ImmutableArray<double> Norms, double RightProbability), T> select) =>
        readings.ToImmutableSortedDictionary(
            static entry => entry.Key, entry => select(entry.Value), StringComparer.Ordinal);
}
