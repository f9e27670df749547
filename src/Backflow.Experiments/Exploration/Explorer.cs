using Backflow.Experiments.Dynamics;
using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Training;

namespace Backflow.Experiments.Exploration;

/// <summary>Answers a page's questions with the engine and the runs of a store.</summary>
public sealed class Explorer : IExplorer, IDisposable
{
    /// <summary>Numbers of a state that a page waits for: some 15 s, and eight times as many for twice of it.</summary>
    private const int LargestState = 512;

    private readonly RunStore _store;
    private readonly DependencyQuestion _dependency;
    private readonly UsualStartTraining _usualStart;
    private readonly Lock _lock = new();
    private readonly Lock _measuring = new();
    private ItemisedModel? _model;

    /// <summary>Makes an explorer; nothing is computed before the first question.</summary>
    /// <param name="store">The store, which outlives the explorer.</param>
    /// <param name="clock">What tells the time; null for the system's clock.</param>
    /// <param name="dependencySteps">Steps that the networks of <see cref="Depend"/> train; null for enough of
    /// them.</param>
    /// <param name="commands">Who writes the commands of its runs; null for settings in words.</param>
    public Explorer(
        RunStore store, TimeProvider? clock = null, long? dependencySteps = null, ICommandWriter? commands = null)
    {
        _store = store;
        _dependency = new DependencyQuestion(store, clock ?? TimeProvider.System, dependencySteps, commands);
        _usualStart = new UsualStartTraining(store, clock ?? TimeProvider.System, commands);
    }

    /// <inheritdoc/>
    public DependencyAnswer Depend(int attractors, int example) => _dependency.Answer(attractors, example);

    /// <inheritdoc/>
    public ItemisedAnswer Itemise(string runId, int layer, int offset)
    {
        Checkpoint? newest = _store.Checkpoints.List(runId).FirstOrDefault();
        lock (_lock)
        {
            // One model is kept: a person hovers over one run's text at a time.
            if (_model?.RunId != runId || _model.Step != newest?.Step)
            {
                ItemisedModel model = ItemisedModel.Load(_store, runId);
                _model?.Dispose();
                _model = model;
            }

            return _model.Measure(layer, offset);
        }
    }

    /// <inheritdoc/>
    public DynamicsReport Measure(
        string runId, long? step, int layer, int? timestep, CancellationToken cancellation)
    {
        long? nearest = step is not long wanted ? null
            : _store.Checkpoints.List(runId).MinBy(one => Math.Abs(one.Step - wanted))?.Step;
        lock (_measuring)
        {
            // One at a time: each takes a core for a second or more.
            cancellation.ThrowIfCancellationRequested();
            return NetworkDynamics.Measure(_store, runId, nearest, layer, timestep, LargestState, cancellation);
        }
    }

    /// <inheritdoc/>
    public string TrainFromUsualStart(string runId) => _usualStart.Start(runId);

    /// <summary>Stops what is being trained for an answer.</summary>
    public void Dispose()
    {
        _dependency.Dispose();
        _usualStart.Dispose();
        lock (_lock)
        {
            _model?.Dispose();
            _model = null;
        }
    }
}
