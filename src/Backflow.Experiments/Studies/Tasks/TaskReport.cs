using System.Collections.Immutable;
using Backflow.Experiments.Studies.Reports;
using Backflow.Telemetry;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Studies.Tasks;

/// <summary>Turns the trials of a task into charts, tables and sentences.</summary>
internal static class TaskReport
{
    public static StudyResult Write(TaskStudy study, ImmutableArray<TrialResult> done, bool isComplete)
    {
        ImmutableArray<ChartSeries> success = study.IsByGroup
            ? ByGroup(done)
            : ByLag(done, static result => result.Score.Success);
        ImmutableArray<ChartSeries> compared =
            study.IsByGroup ? success : ByLag(done, result => study.Solved.Value(result.Score));
        SequenceTask last = Task(done[^1].Trial);
        string unit = study.IsByGroup ? "attractors" : "timesteps";
        string x = study.IsByGroup ? "attractors between subject and verb" : $"{study.LagOption}, timesteps";
        string baseline = study.Solved.IsLoss
            ? $"a model without memory has {NumberText.Of(last.Baselines.MemorylessLoss)}"
            : $"guessing gives {NumberText.Share(last.Baselines.ChanceSuccess)}";
        return new StudyResult
        {
            Findings = TaskFindings.Write(compared, study.Solved, unit, baseline),
            Figures = [SuccessChart(success, last, x, study.IsByGroup), .. LossChart(study, done, last, x)],
            Summary = Summary(
                study,
                done,
                compared,
                study.Solved.IsLoss ? [WithoutMemory(done, compared)] : Guesses(success, last, study.IsByGroup)),
            Numbers = Numbers(done),
            IsComplete = isComplete,
        };
    }

    private static Chart SuccessChart(ImmutableArray<ChartSeries> success, SequenceTask task, string x, bool isByGroup)
    {
        return new Chart(
            $"Success: {task.SuccessMeasure}",
            x,
            $"share of {task.SuccessMeasure} in the validation sequences",
            [.. success, .. Guesses(success, task, isByGroup)])
        {
            IsShare = true,
        };
    }

    // What can be had without learning the dependency.
    private static ImmutableArray<ChartSeries> Guesses(
        ImmutableArray<ChartSeries> success, SequenceTask task, bool isByGroup)
    {
        ImmutableArray<double> places = Places(success);
        TaskBaselines baselines = task.Baselines;
        bool isChance = baselines.MemorylessSuccess == baselines.ChanceSuccess;
        return
        [
            Reference(isChance ? "chance, no memory" : "chance", places, _ => baselines.ChanceSuccess, 6),
            .. isChance ? [] : (ChartSeries[])[Reference("no memory", places, _ => baselines.MemorylessSuccess, 5)],
            .. isByGroup
                ? (ChartSeries[])[Reference("nearest noun", places, static attractors => attractors == 0 ? 1 : 0, 5)]
                : [],
        ];
    }

    private static ChartSeries WithoutMemory(ImmutableArray<TrialResult> done, ImmutableArray<ChartSeries> lines) =>
        Reference(
            "no memory",
            Places(lines),
            place => Task(done.First(result => result.Trial.Lag == (int)place).Trial).Baselines.MemorylessLoss,
            6);

    private static IEnumerable<Chart> LossChart(
        TaskStudy study, ImmutableArray<TrialResult> done, SequenceTask task, string x)
    {
        if (study.IsByGroup)
        {
            yield break;
        }

        ImmutableArray<ChartSeries> loss = ByLag(done, static result => result.Score.Loss);
        yield return new Chart(
            "Loss on the validation sequences",
            x,
            task.Shape.IsRegression ? "mean squared error" : "cross-entropy, nats per answer",
            [.. loss, WithoutMemory(done, loss)])
        {
            IsLogarithmic = true,
        };
    }

    private static SequenceTask Task(Trial trial) =>
        TaskCatalogue.Find(trial.Configuration.Task!).Create(trial.Configuration.TaskOptions);

    private static ImmutableArray<double> Places(ImmutableArray<ChartSeries> series) =>
        [.. series.SelectMany(static line => line.Points).Select(static point => point.X).Distinct().Order()];

    private static ChartSeries Reference(
        string name, ImmutableArray<double> places, Func<double, double> value, int colour) =>
        new(name, [.. places.Select(x => ChartPoint.Exact(x, value(x)))], IsReference: true) { Colour = colour };

    private static ImmutableArray<ChartSeries> ByGroup(ImmutableArray<TrialResult> done) =>
    [
        .. done.GroupBy(static result => result.Trial.Variant).Select(static line => new ChartSeries(
            line.Key,
            [
                .. Enumerable.Range(0, line.First().Score.GroupSuccess.Length).Select(group =>
                    ChartPoint.Of(group, [.. line.Select(result => result.Score.GroupSuccess[group])])),
            ])),
    ];

    private static ImmutableArray<ChartSeries> ByLag(
        ImmutableArray<TrialResult> done, Func<TrialResult, double> value) =>
    [
        .. done.GroupBy(static result => result.Trial.Variant).Select(line => new ChartSeries(
            line.Key,
            [
                .. line.GroupBy(static result => result.Trial.Lag).Select(seeds =>
                    ChartPoint.Of(seeds.Key, [.. seeds.Select(value)])),
            ])),
    ];

    private static StudyTable Summary(
        TaskStudy study,
        ImmutableArray<TrialResult> done,
        ImmutableArray<ChartSeries> compared,
        ImmutableArray<ChartSeries> baselines)
    {
        ImmutableArray<double> places = Places(compared);
        string counted = study.IsByGroup ? "attractors" : study.LagOption;
        return new StudyTable(
            ["cell", "units", "parameters", .. places.Select(place => $"{counted} {NumberText.Count(place)}")],
            [
                .. compared.Select(line => (ImmutableArray<string>)[line.Name, .. Sizes(line.Name), .. Cells(line)]),
                .. baselines.Select(line => (ImmutableArray<string>)
                    [line.Name, NumberText.Nothing, NumberText.Nothing, .. Cells(line)]),
            ]);

        IEnumerable<string> Sizes(string variant)
        {
            TrialResult first = done.First(result => result.Trial.Variant == variant);
            return [NumberText.Count(first.Trial.Configuration.HiddenSize), NumberText.Count(first.Parameters)];
        }

        IEnumerable<string> Cells(ChartSeries line) => places.Select(x => line.Points.Where(point => point.X == x)
            .Select(point => point.Spread(value => TaskFindings.Text(study.Solved, value)))
            .FirstOrDefault(NumberText.Nothing));
    }

    private static StudyTable Numbers(ImmutableArray<TrialResult> done) => new(
        ["cell", "lag", "seed", "units", "parameters", "steps", "solved", "diverged", "loss", "success", "groups"],
        [
            .. done.Select(static result => (ImmutableArray<string>)
            [
                result.Trial.Variant,
                StudyFigures.Exact(result.Trial.Lag),
                StudyFigures.Exact(result.Trial.Configuration.Seed),
                StudyFigures.Exact(result.Trial.Configuration.HiddenSize),
                StudyFigures.Exact(result.Parameters),
                StudyFigures.Exact(result.Steps),
                result.IsSolved ? "yes" : "no",
                result.IsDiverged ? "yes" : "no",
                StudyFigures.Exact(result.Score.Loss),
                StudyFigures.Exact(result.Score.Success),
                string.Join(' ', result.Score.GroupSuccess.Select(static share => StudyFigures.Exact(share))),
            ]),
        ]);
}
