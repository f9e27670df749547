namespace Backflow.Telemetry;

/// <summary>Judges a run while it is measured: fed every column, it returns what its rules found.</summary>
/// <remarks>
/// Rules are made when a column is seen for the first time; after that nothing is allocated until one speaks. Not
/// thread-safe: fed and asked on the training thread.
/// </remarks>
public sealed class VerdictMonitor : IMeasurementSink
{
    private readonly VerdictState _state;
    private readonly NonFiniteOrigin _origin;
    private readonly Dictionary<string, Stream> _scalars = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Column, int Layer), Stream> _rows = [];
    private readonly List<Verdict> _found = [];

    /// <summary>Begins with no measurement.</summary>
    /// <param name="context">What is known about the run.</param>
    /// <param name="options">The settings of all rules; null for their defaults.</param>
    public VerdictMonitor(VerdictContext context, VerdictOptions? options = null)
    {
        _state = new VerdictState(context, options ?? new VerdictOptions());
        _origin = new NonFiniteOrigin(_state);
    }

    /// <summary>Whether the newest loss is not finite, or so far above the first that the parameters may be
    /// spoilt.</summary>
    public bool IsDoubtful => _state.Losses.Count > LossHistory.FirstSteps && !(_state.NewestLoss <= LargestLoss);

    /// <summary>Whether the parameters are spoilt: the newest loss is not finite, or most of the newest five are far
    /// above the first; a single one may belong to an unusual batch.</summary>
    public bool IsDamaged => IsDoubtful
        && (!double.IsFinite(_state.NewestLoss) || _state.Losses.AreMostAbove(LargestLoss));

    private double LargestLoss => _state.Options.Of(LossExploding.Description).Threshold * _state.Losses.First;

    /// <summary>Takes the first losses of a run that goes on from a later step: what a loss is measured by.</summary>
    /// <param name="losses">The losses of its first steps; more than five are ignored.</param>
    public void RecallFirst(IEnumerable<double> losses)
    {
        foreach (double loss in losses)
        {
            _state.Losses.RecallFirst(loss);
        }
    }

    /// <summary>Takes what another monitor has said about an earlier part of the run: it is not said again before its
    /// time.</summary>
    /// <param name="before">The other monitor.</param>
    /// <param name="lastStep">What it said at later steps is forgotten.</param>
    /// <param name="isKept">Whether the silence of a rule, given by its name, is kept.</param>
    public void RecallSpoken(VerdictMonitor before, long lastStep, Func<string, bool> isKept)
    {
        foreach (((string Rule, MeasuredColumn) place, (long Step, VerdictSeverity) spoken) in before._state.Spoken)
        {
            if (spoken.Step <= lastStep && isKept(place.Rule))
            {
                _state.Spoken[place] = spoken;
            }
        }
    }

    /// <inheritdoc/>
    public void Scalar(string column, long step, double value)
    {
        if (!_scalars.TryGetValue(column, out Stream? stream))
        {
            stream = Open(MeasuredColumn.OfScalar(column));
            _scalars.Add(column, stream);
        }

        if (stream.Column.Metric == LossExploding.MetricName)
        {
            _state.Losses.Add(value);
            _state.NewestLoss = value;
        }

        Note(stream.Column, value);
        _origin.Look(stream.Column, step, value);
        foreach (VerdictRule rule in stream.Rules)
        {
            Keep(rule.OnScalar(step, value));
        }

        if (stream.Column.Metric == ClippedStepShare.NormMetricName)
        {
            _state.GradientNorms.Add(value);
        }
    }

    /// <inheritdoc/>
    public void Row(string column, int layer, long step, ReadOnlySpan<float> values)
    {
        if (!_rows.TryGetValue((column, layer), out Stream? stream))
        {
            stream = Open(MeasuredColumn.OfRow(column, layer));
            _rows.Add((column, layer), stream);
        }

        _origin.Look(stream.Column, step, values);
        if (stream.ShowsHorizon)
        {
            _state.Horizons[layer] = GradientHorizon.Measure(values).Horizon;
        }

        foreach (VerdictRule rule in stream.Rules)
        {
            Keep(rule.OnRow(step, values));
        }
    }

    /// <summary>Takes the first state of a forward pass that is NaN or infinite, as found by a search after the
    /// step.</summary>
    /// <param name="step">The step under way, from 1.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="gate">The gate; null where the gates are finite and the state is not.</param>
    /// <param name="timestep">The timestep, from 0.</param>
    /// <param name="value">NaN or an infinity.</param>
    public void StateNotFinite(long step, int layer, string? gate, int timestep, double value) => _origin.Offer(
        new MeasuredColumn(gate is null ? UnitStatistics.MetricName : GateStatistics.MetricName, layer, gate, true),
        step, value, timestep);

    /// <summary>Takes what was found since the last call; to be called when all of a step has been fed.</summary>
    /// <returns>New verdicts, the gravest first; empty where there are none.</returns>
    public IReadOnlyList<Verdict> Take()
    {
        Keep(_origin.Settle());
        if (_found.Count == 0)
        {
            return [];
        }

        Verdict[] taken = [.. _found.OrderByDescending(static verdict => verdict.Severity)];
        _found.Clear();
        return taken;
    }

    // What rules about other columns ask for.
    private void Note(MeasuredColumn column, double value)
    {
        switch (column.Metric)
        {
            case EffectiveContext.MetricName:
                _state.EffectiveContext = value;
                break;
            case ClippedStepShare.MetricName:
                _state.ClippedShare = value;
                break;
            case ClippedStepShare.ClippedNormMetricName:
                _state.ClippedNorm = value;
                break;
            case UpdateToWeightRatio.MetricName when column.Label == UpdateTooLarge.Group:
                _state.UpdateRatio = value;
                break;
        }
    }

    private void Keep(Verdict? verdict)
    {
        if (verdict is not null)
        {
            _found.Add(verdict);
        }
    }

    private Stream Open(MeasuredColumn column) => new(
        column,
        [
            .. VerdictCatalogue.All
                .Where(rule => _state.Options.Of(rule).IsEnabled)
                .Select(rule => rule.Create(column, _state))
                .OfType<VerdictRule>(),
        ],
        GradientRow.IsOfAnswer(column, _state.Context));

    private sealed record Stream(MeasuredColumn Column, VerdictRule[] Rules, bool ShowsHorizon);
}
