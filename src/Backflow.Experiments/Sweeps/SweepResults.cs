using System.Collections.Immutable;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Sweeps;

/// <summary>The results of a sweep, as they are read off its runs.</summary>
/// <param name="store">The store that has the runs.</param>
/// <param name="sweep">The sweep's run.</param>
/// <param name="plan">Its trainings.</param>
/// <param name="failures">Why trainings failed where no run says so, by name; null for none.</param>
internal sealed class SweepResults(
    RunStore store, RunManifest sweep, SweepPlan plan, IReadOnlyDictionary<string, string>? failures = null)
{
    private readonly MemberState[] _states = [.. MemberState.ReadAll(store, sweep, plan, failures)];
    private readonly Dictionary<(int Number, int Rung), double?> _values = [];

    /// <summary>Where the trainings stand, in the order of the members.</summary>
    public IReadOnlyList<MemberState> States => _states;

    /// <summary>Trainings by where they stand.</summary>
    public SweepCounts Counts => SweepCounts.Of(_states);

    /// <summary>Reads a training again.</summary>
    /// <param name="member">Which one.</param>
    /// <param name="failure">Why it failed, where no run says so; null where it did not.</param>
    public void Refresh(SweepMember member, string? failure = null)
    {
        int index = member.Number - 1;
        _states[index] = _states[index].ReadAgain(store, failure);
        for (int rung = 0; rung <= plan.Rungs.Last; rung++)
        {
            _values.Remove((member.Number, rung));
        }
    }

    /// <summary>The points that have come to a rung, the best first.</summary>
    /// <param name="points">The indices of the points that are compared.</param>
    /// <param name="rung">Its number, from 0.</param>
    public ImmutableArray<PointScore> Rank(IEnumerable<int> points, int rung) =>
        PointScore.Rank(points.Select(point => ScoreOf(point, rung)), plan.Definition.Metric.IsMaximised);

    /// <summary>The metric of a training at a rung; null where it has not come so far, or has no value.</summary>
    /// <param name="state">The training.</param>
    /// <param name="rung">Its number, from 0.</param>
    public double? ValueOf(MemberState state, int rung)
    {
        if (rung < 0 || state.RunId is not string run || ReachedBy(state) < rung)
        {
            return null;
        }

        if (!_values.TryGetValue((state.Member.Number, rung), out double? value))
        {
            value = plan.Definition.Metric.At(store.OpenReader(run), plan.Rungs.StepOf(rung, state.Steps));
            _values.Add((state.Member.Number, rung), value);
        }

        return value;
    }

    /// <summary>All of it.</summary>
    /// <param name="end">Why the sweep is not complete.</param>
    /// <param name="commands">Writes the best command; null for settings.</param>
    public SweepReport Report(SweepEnd end, ICommandWriter? commands)
    {
        (PointScore Score, int Rung)[] ranked = [.. Ranked()];
        SweepPoint? best = ranked is [{ Score.Mean: not null } first, ..] ? plan.Points[first.Score.Point] : null;
        (ImmutableArray<OptionImportance> importance, string importanceText) = Importance();
        return new SweepReport
        {
            Name = sweep.Name,
            RunId = sweep.Id,
            Command = sweep.CommandLine,
            End = end,
            Metric = plan.Definition.Metric.Name,
            IsMaximised = plan.Definition.Metric.IsMaximised,
            Options = plan.Options,
            Seeds = plan.Definition.Seeds.Length,
            Combinations = plan.Design.Length,
            Counts = Counts,
            Points = [.. ranked.Select((one, i) => RowOf(i + 1, one.Score, one.Rung))],
            Members = [.. _states.Select(RowOf)],
            Importance = importance,
            ImportanceText = importanceText,
            BestCommand = best is null ? null : TrainingOptions.Describe(
                best.Configuration with { Seed = plan.Definition.Seeds[0] }, commands),
        };
    }

    // Points of a higher rung come first: those below were stopped because they were worse, or are not there yet.
    private IEnumerable<(PointScore Score, int Rung)> Ranked() => plan.Points
        .GroupBy(point => StatesOf(point.Index).Max(ReachedBy))
        .OrderByDescending(static group => group.Key)
        .SelectMany(group => Rank(group.Select(static point => point.Index), group.Key)
            .Select(score => (score, group.Key)));

    // The seeds of a point are neighbours.
    private ArraySegment<MemberState> StatesOf(int point) =>
        new(_states, point * plan.Definition.Seeds.Length, plan.Definition.Seeds.Length);

    private int ReachedBy(MemberState state) => plan.Rungs.ReachedAt(state.Step, state.Steps);

    private PointScore ScoreOf(int point, int rung)
    {
        double?[] values = [.. StatesOf(point).Select(state => ValueOf(state, rung))];
        return new PointScore(
            point, [.. values.OfType<double>()], values.Count(static value => value is null));
    }

    private SweepRow RowOf(int rank, PointScore score, int rung) => new(
        rank,
        plan.Points[score.Point].Values,
        rung + 1,
        rung < 0 ? 0 : plan.Rungs.StepOf(rung, StatesOf(score.Point).Max(static state => state.Steps)),
        score.Mean,
        score.Deviation,
        score.Values.Length,
        score.Missing,
        [.. StatesOf(score.Point).Select(static state => state.Name)]);

    private SweepMemberRow RowOf(MemberState state) => new(
        state.Name,
        state.RunId,
        state.Member.Point.Values,
        state.Member.Seed,
        state.Status,
        state.Step,
        state.Steps,
        ValueOf(state, ReachedBy(state)),
        state.Reason);

    // At the first rung all points are there; later ones have only those that were good.
    private (ImmutableArray<OptionImportance> Shares, string Text) Importance()
    {
        double?[] means = [.. plan.Points.Select(point => ScoreOf(point.Index, 0).Mean)];
        int missing = means.Count(static mean => mean is null);
        string metric = plan.Definition.Metric.Words;
        List<string> sentences =
        [
            $"Share of the variance of the {metric} between points that each option explains by itself: main effects "
                + "of a functional analysis of variance (Hutter, Hoos & Leyton-Brown 2014).",
        ];
        if (!plan.Definition.Grid.IsEmpty)
        {
            sentences.Add("What is left to 100 % is interaction of options, and seeds.");
        }

        if (!plan.Definition.Random.IsEmpty)
        {
            sentences.Add("Draws are cut into groups of about the same size, and what groups explain by chance is "
                + $"taken out; below {NumberText.Count(ParameterImportance.FewestDraws)} draws nothing is said.");
        }

        if (plan.Rungs.Last > 0)
        {
            sentences.Add("It is measured at the first rung, which all points reached.");
        }

        if (missing > 0)
        {
            sentences.Add($"{NumberText.Counted(NumberText.Count(missing), "point")} without a value "
                + $"{(missing == 1 ? "is" : "are")} left out: options may share what they explain.");
        }

        return (ParameterImportance.Of(plan, means), string.Join(' ', sentences));
    }
}
