using System.Collections.Immutable;
using Backflow.Telemetry;

namespace Backflow.Training.Recording;

/// <summary>Measures what is due while a session trains, each quantity at the moment when it can be read.</summary>
/// <remarks>
/// Reads and never writes: parameters have the same bits with and without it. A step allocates nothing here; spectra are
/// computed on a thread of their own. The time spent is itself measured.
/// </remarks>
public sealed class TrainingTelemetry : IStepObserver, IDisposable
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

    /// <summary>Measures a session from the moment when <see cref="Attach"/> is called.</summary>
    /// <param name="session">What trains.</param>
    /// <param name="plan">What is measured, and at which steps.</param>
    /// <param name="sink">Takes the measurements, on the training thread.</param>
    /// <param name="clock">Measures the time that measuring takes.</param>
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

    /// <summary>Takes up what earlier steps left in the record: the share of clipped steps looks back on them.</summary>
    public void Recall(ITrainingRecord record)
    {
        long first = _session.Step - UpdateTelemetry.ClippedWindow + 1;
        IReadOnlyList<double> before = record.Scalars(ClippedStepShare.NormMetricName, first, _session.Step);
        IReadOnlyList<double> after = record.Scalars(ClippedStepShare.ClippedNormMetricName, first, _session.Step);
        foreach ((double normBefore, double normAfter) in before.Zip(after))
        {
            _update.Recall(normBefore, normAfter);
        }
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public void BeforeUpdate(long step)
    {
        Start();
        _update.BeforeUpdate(step, _sink);
        Stop();
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public void Dispose() => _spectra.Dispose();

    private void Start() => _started = _clock.GetTimestamp();

    private void Stop() => _spent += _clock.GetElapsedTime(_started);
}
