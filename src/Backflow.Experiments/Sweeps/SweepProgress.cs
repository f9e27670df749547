using Backflow.Experiments.Diagnosis;
using Backflow.Experiments.Studies;
using Backflow.Telemetry;

namespace Backflow.Experiments.Sweeps;

/// <summary>How far a sweep is: what is told of its trainings, added up.</summary>
/// <param name="plan">The trainings.</param>
/// <param name="progress">Told after every change; never by two threads at once.</param>
internal sealed class SweepProgress(SweepPlan plan, Action<StudyProgress> progress) : IMemberObserver
{
    private readonly Lock _gate = new();
    private readonly double[] _shares = new double[plan.Members.Length];
    private readonly double[] _costs = [.. plan.Members.Select(CostOf)];
    private readonly HashSet<int> _running = [];
    private SweepCounts _counts = new(plan.Members.Length, 0, 0, 0, 0, 0, 0);
    private string? _best;
    private double _done;
    private double _total;

    /// <summary>Looks at a training that was left, and at why it failed without a run: by one thread at a time. Says
    /// where all stand now, and the best so far in words.</summary>
    public Func<SweepMember, string?, (SweepCounts Counts, string? Best)>? Ended { get; set; }

    /// <summary>Says where the trainings stand, and which share of its steps each is to come to.</summary>
    /// <param name="counts">Trainings by their status.</param>
    /// <param name="best">The best so far in words; null before there is one.</param>
    /// <param name="done">Steps done, as a share of all of the training's steps.</param>
    /// <param name="planned">The share at which it ends.</param>
    public void Begin(
        SweepCounts counts, string? best, Func<SweepMember, double> done, Func<SweepMember, double> planned)
    {
        lock (_gate)
        {
            (_counts, _best) = (counts, best);
            _total = plan.Members.Sum(member => _costs[member.Number - 1] * planned(member));
            foreach (SweepMember member in plan.Members)
            {
                Set(member, done(member));
            }

            Tell();
        }
    }

    /// <inheritdoc/>
    public void OnBegin(SweepMember member)
    {
        lock (_gate)
        {
            _running.Add(member.Number);
            Tell();
        }
    }

    /// <inheritdoc/>
    public void OnProgress(SweepMember member, double share)
    {
        lock (_gate)
        {
            Set(member, share);
            Tell();
        }
    }

    /// <inheritdoc/>
    public void OnEnd(SweepMember member, string? failure)
    {
        lock (_gate)
        {
            _running.Remove(member.Number);
            if (Ended is not null)
            {
                (_counts, _best) = Ended(member, failure);
            }

            Tell();
        }
    }

    private static double CostOf(SweepMember member) =>
        member.Configuration.Steps * RemedyTrials.Cost(member.Configuration);

    private void Set(SweepMember member, double share)
    {
        int index = member.Number - 1;
        _done += _costs[index] * (share - _shares[index]);
        _shares[index] = share;
    }

    private void Tell()
    {
        string failed = _counts.Failed > 0 ? $", {NumberText.Count(_counts.Failed)} failed" : string.Empty;
        string stopped = _counts.Stopped > 0 ? $", {NumberText.Count(_counts.Stopped)} stopped" : string.Empty;
        string best = _best is null ? string.Empty : $" · best {_best}";
        progress(new StudyProgress(
            Math.Clamp(_done, 0, _total),
            Math.Max(_total, double.Epsilon),
            $"{NumberText.Count(_counts.Completed)} of {NumberText.Count(_counts.All)} done, "
                + $"{NumberText.Count(_running.Count)} running{stopped}{failed}{best}"));
    }
}
