using System.Collections.Immutable;
using Backflow.Runs;
using Backflow.Runs.Requests;
using Backflow.Training.Control;

namespace Backflow.Experiments.Recording;

/// <summary>Brings what any process asks of a run through the store that keeps it.</summary>
internal sealed class StoreControl : ITrainingControl
{
    /// <summary>Between two looks into the store: a click seems to act at once.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly RunStore _store;
    private readonly string _runId;
    private readonly TimeProvider _clock;
    private ImmutableArray<RunRequest> _taken;
    private long _looked;

    public StoreControl(RunStore store, string runId, TimeProvider clock)
    {
        _store = store;
        _runId = runId;
        _clock = clock;
        _looked = clock.GetTimestamp();
        _taken = store.Requests.Taken(runId);
    }

    public IReadOnlyList<TrainingRequest> Take(long step)
    {
        if (_taken.IsEmpty && _clock.GetElapsedTime(_looked) < Look)
        {
            return [];
        }

        List<TrainingRequest> due = [.. _taken.Where(request => request.Step == step).TakeLast(1).Select(Of)];
        _taken = _taken.RemoveAll(request => request.Step <= step);
        if (_clock.GetElapsedTime(_looked) >= Look)
        {
            _looked = _clock.GetTimestamp();
            due.AddRange(Waiting(step).Select(Of));
        }

        return due;
    }

    public void ForgetAfter(long step)
    {
        _taken = _taken.RemoveAll(request => request.Step > step);
        _store.Requests.ForgetAfter(_runId, step);
    }

    public void SetPaused(bool isPaused) => _store.Requests.SetPaused(_runId, isPaused);

    private ImmutableArray<RunRequest> Waiting(long step)
    {
        try
        {
            return _store.Requests.Take(_runId, step);
        }
        catch (RunStoreException)
        {
            // Where the store is gone, the recorder says so.
            return [];
        }
    }

    private static TrainingRequest Of(RunRequest request) => request.Kind switch
    {
        RunRequestKind.Pause => new TrainingRequest(TrainingRequestKind.Pause),
        RunRequestKind.Continue => new TrainingRequest(TrainingRequestKind.Continue),
        RunRequestKind.Stop => new TrainingRequest(TrainingRequestKind.Stop),
        RunRequestKind.LearningRate => new TrainingRequest(TrainingRequestKind.LearningRate, request.Value ?? 0),
        _ => throw new InvalidOperationException($"There is no request {request.Kind}."),
    };
}
