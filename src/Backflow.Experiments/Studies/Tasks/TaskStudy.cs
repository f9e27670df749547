using System.Collections.Immutable;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Studies.Tasks;

/// <summary>Trains several cells with matched parameter counts on one task, over lags and seeds.</summary>
internal sealed class TaskStudy : IStudy
{
    public required string Name { get; init; }

    /// <summary>The task; the study is named after it where this says nothing else.</summary>
    public string Task
    {
        get => field ?? Name;
        init;
    }

    public required string Question { get; init; }

    public required string Method { get; init; }

    /// <summary>The task's option that is varied; its values are the plan's lags.</summary>
    public required string LagOption { get; init; }

    public required ImmutableArray<TrialVariant> Variants { get; init; }

    public required Func<StudySize, TrialPlan> Plan { get; init; }

    /// <summary>What counts as solved; a trial that has solved its task does not go on.</summary>
    public required SolvedRule Solved { get; init; }

    /// <summary>Whether success is shown by the task's groups (attractors) and not by lag.</summary>
    public bool IsByGroup { get; init; }

    public ImmutableArray<string> Cells { get; init; } = ["rnn", "gru", "lstm"];

    public StudyResult Run(StudyOptions options, Action<StudyProgress> progress, CancellationToken cancellation)
    {
        TrialPlan plan = Plan(options.Size);
        ImmutableArray<Trial> trials = [.. Trials(plan, [.. options.SeedsOf(1, plan.Seeds, plan.Seeds)])];
        ImmutableArray<TrialResult> done = StudyWork.Run(
            trials,
            options,
            static trial => trial.Configuration.SequenceLength,
            (trial, report, token) => trial.Run(Solved.IsMet, report, token),
            static result => result.ToString(),
            progress,
            cancellation,
            Trial.Form);
        return done.IsEmpty ? StudyResult.Nothing : TaskReport.Write(this, done, done.Length == trials.Length);
    }

    /// <summary>The task at one lag.</summary>
    public SequenceTask TaskAt(TrialPlan plan, int lag) => TaskCatalogue.Find(Task).Create(OptionsAt(plan, lag));

    private ImmutableSortedDictionary<string, int> OptionsAt(TrialPlan plan, int lag) =>
        plan.TaskOptions.SetItem(LagOption, lag);

    private IEnumerable<Trial> Trials(TrialPlan plan, ImmutableArray<ulong> seeds)
    {
        foreach (int lag in plan.Lags)
        {
            SequenceTask task = TaskAt(plan, lag);
            long parameters = Trial.ParameterCount(plan.Base with { Cells = ["lstm"] }, task.Shape);
            foreach (TrialVariant variant in Variants)
            {
                TrainingConfiguration configuration = variant.Apply(plan.Base, lag) with
                {
                    Task = Task,
                    TaskOptions = OptionsAt(plan, lag),
                    SequenceLength = task.Shape.SequenceLength,
                    CarryState = false,
                    Threads = 1,
                };
                configuration = configuration with
                {
                    HiddenSize = Trial.MatchedHiddenSize(configuration, task.Shape, parameters),
                };
                foreach (ulong seed in seeds)
                {
                    yield return new Trial(variant.Name, lag, configuration with { Seed = seed });
                }
            }
        }
    }
}

/// <summary>When a task counts as solved.</summary>
/// <param name="Text">In words, for sentences: "at least 90 % success".</param>
/// <param name="Value">What of a score is compared and drawn.</param>
/// <param name="Limit">The limit of the sentences.</param>
/// <param name="Enough">The limit at which training ends.</param>
/// <param name="IsLoss">Whether less is better.</param>
internal sealed record SolvedRule(string Text, Func<TaskScore, double> Value, double Limit, double Enough, bool IsLoss)
{
    /// <summary>Whether training may end.</summary>
    public bool IsMet(TaskScore score) => IsBeyond(Value(score), Enough);

    /// <summary>Whether a median counts as solved.</summary>
    public bool IsSolved(double median) => IsBeyond(median, Limit);

    private bool IsBeyond(double value, double limit) => IsLoss ? value < limit : value >= limit;
}

/// <summary>A cell and how it begins, as a line of a chart.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Apply">Makes the configuration of a lag.</param>
internal sealed record TrialVariant(string Name, Func<TrainingConfiguration, int, TrainingConfiguration> Apply);

/// <summary>The sizes of a study of one task.</summary>
internal sealed record TrialPlan
{
    /// <summary>Lags or lengths.</summary>
    public required ImmutableArray<int> Lags { get; init; }

    /// <summary>Seeds of every lag and cell.</summary>
    public required int Seeds { get; init; }

    /// <summary>What every trial starts from; its hidden size is the LSTM's.</summary>
    public required TrainingConfiguration Base { get; init; }

    /// <summary>Options of the task beside its lag.</summary>
    public ImmutableSortedDictionary<string, int> TaskOptions { get; init; } =
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);
}
