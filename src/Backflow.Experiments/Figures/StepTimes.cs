using Backflow.Runs.Checkpoints;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;

namespace Backflow.Experiments.Figures;

/// <summary>When the steps of a recorded run were done, estimated: the store has the times of its beginning, of its
/// events and checkpoints, and of its end. Steps between two of them are spread evenly.</summary>
internal sealed class StepTimes
{
    private static readonly Comparer<(long Step, DateTimeOffset Time)> BySteps =
        Comparer<(long Step, DateTimeOffset Time)>.Create(static (a, b) => a.Step.CompareTo(b.Step));

    private readonly List<(long Step, DateTimeOffset Time)> _known = [];

    /// <summary>Collects what is known.</summary>
    /// <param name="run">Whose beginning and end are known.</param>
    /// <param name="events">What happened in it.</param>
    /// <param name="checkpoints">Those that are still there.</param>
    public StepTimes(RunManifest run, IEnumerable<RunEvent> events, IEnumerable<Checkpoint> checkpoints)
    {
        _known.Add((0, run.Created));
        IEnumerable<(long Step, DateTimeOffset Time)> all =
        [
            .. events.Select(static one => (one.Step, one.Created)),
            .. checkpoints.Select(static one => (one.Step, one.Created)),
            .. run.LastStep is long last ? [(last, run.Updated)] : ((long, DateTimeOffset)[])[],
        ];

        // A step that was repeated has a later time than the one behind it: it is passed over.
        foreach ((long step, DateTimeOffset time) in all.OrderBy(static one => one.Step)
            .ThenBy(static one => one.Time))
        {
            if (step > _known[^1].Step && time >= _known[^1].Time)
            {
                _known.Add((step, time));
            }
        }
    }

    /// <summary>When a step was done.</summary>
    /// <param name="step">Any step, recorded or not.</param>
    public DateTimeOffset Of(long step)
    {
        // Times are left out of the order: no two steps are the same.
        int found = _known.BinarySearch((step, default), BySteps);
        int after = found < 0 ? ~found : found;
        if (found >= 0 || after == 0 || after == _known.Count)
        {
            return _known[Math.Min(after, _known.Count - 1)].Time;
        }

        (long from, DateTimeOffset begin) = _known[after - 1];
        (long to, DateTimeOffset end) = _known[after];
        return begin + ((end - begin) * ((step - from) / (double)(to - from)));
    }
}
