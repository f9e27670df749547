using System.Collections.Immutable;
using Backflow.Runs.Columns;
using Backflow.Telemetry;

namespace Backflow.Training.Recording;

/// <summary>Measures what is due while a session trains, each quantity at the moment when it can be read.</summary>
/// <remarks>
/// Reads and never writes: parameters have the same bits with and without it. A step allocates nothing here; spectra are
/// computed on a thread of their own. The time spent is itself measured.
/// </remarks>
internal sealed class TrainingTelemetry : IStepObserver, IDisposable
{
    private readonly TrainingSession _session;
    private readonly IMeasurementSink _sink;
    private readonly TimeProvider _clock;
    private readonly ImmutableArray<LayerTelemetry> _layers;
    private readonly LastAnswerTelemetry _lastAnswer;
    private readonly UpdateTelemetry _update;
    private readonly SpectrumTelemetry _spectra;
    private long _started;
    private TimeSpan _spent;

    public TrainingTelemetry(TrainingSession session, TelemetryPlan plan, IMeasurementSink sink, TimeProvider clock)
    {
        _session = session;
        _sink = sink;
        _clock = clock;
        _layers =
        [
            .. Enumerable.Range(0, session.Network.Layers.Length)
                .Select(layer => new LayerTelemetry(session.Pass, layer, plan)),
        ];
        _lastAnswer = new LastAnswerTelemetry(session, plan);
        _update = new UpdateTelemetry(session, plan);
        _spectra = new SpectrumTelemetry(session.Network, plan);
    }

    /// <summary>Starts to watch the session; the spectra of its parameters as they are belong to its last step.</summary>
    public void Attach()
    {
        _session.Observer = this;

        // Also where a run goes on: the spectra of its last step may have been under way when it ended.
        _spectra.Request(_session.Step);
    }

    /// <summary>Takes up what earlier steps left in the store: the share of clipped steps looks back on them.</summary>
    public void Recall(RunReader reader)
    {
        StepRange range = new(_session.Step - UpdateTelemetry.ClippedWindow + 1, _session.Step);
        ScalarSeries before = reader.Scalars(ClippedStepShare.NormMetricName, range);
        ScalarSeries after = reader.Scalars(ClippedStepShare.ClippedNormMetricName, range);
        foreach ((double normBefore, double normAfter) in before.Values.Zip(after.Values))
        {
            _update.Recall(normBefore, normAfter);
        }
    }

    public void AfterForward(long step)
    {
        Start();
        foreach (LayerTelemetry layer in _layers)
        {
            layer.AfterForward(step, _sink);
        }

        _lastAnswer.AfterForward(step, _sink);
        Stop();
    }

    public void AfterBackward(long step)
    {
        Start();
        bool isFinite = double.IsFinite(_session.Loss) && double.IsFinite(_session.GradientNorm);
        _update.AfterBackward(step, _sink);
        foreach (LayerTelemetry layer in _layers)
        {
            layer.AfterBackward(step, isFinite, _sink);
        }

        Stop();
    }

    public void BeforeUpdate(long step)
    {
        Start();
        _update.BeforeUpdate(step, _sink);
        Stop();
    }

    public void AfterUpdate(long step)
    {
        Start();
        _update.AfterUpdate(step, _sink);
        _spectra.Request(step);
        _spectra.Take(_sink);
        Stop();
    }

    /// <summary>The time that the training thread spent here since the last call.</summary>
    public TimeSpan TakeTimeSpent()
    {
        TimeSpan spent = _spent;
        _spent = TimeSpan.Zero;
        return spent;
    }

    /// <summary>Waits for the spectra that are under way and hands them on; nothing is measured after this.</summary>
    public void Complete()
    {
        _session.Observer = null;
        _spectra.Complete(_sink);
    }

    public void Dispose() => _spectra.Dispose();

    private void Start() => _started = _clock.GetTimestamp();

    private void Stop() => _spent += _clock.GetElapsedTime(_started);
}
