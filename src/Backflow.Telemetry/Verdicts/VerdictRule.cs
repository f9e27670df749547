using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Judges one stream of measurements: patience before it speaks, a cool-down after it.</summary>
internal abstract class VerdictRule(RuleDescription description, MeasuredColumn column, VerdictState state)
{
    private readonly RuleOptions _options = state.Options.Of(description);
    private long _unhealthySince = -1;

    /// <summary>The name of the layer's cell, for sentences.</summary>
    protected VerdictContext Context => state.Context;

    protected VerdictState State => state;

    protected MeasuredColumn Column => column;

    protected double Threshold => _options.Threshold;

    public Verdict? OnScalar(long step, double value) => Settle(step, Judge(step, value));

    public Verdict? OnRow(long step, ReadOnlySpan<float> values) => Settle(step, Judge(step, values));

    protected virtual Finding Judge(long step, double value) => Finding.Unknown;

    protected virtual Finding Judge(long step, ReadOnlySpan<float> values) => Finding.Unknown;

    /// <summary>One sentence; called only when the rule speaks.</summary>
    protected abstract string Meaning(in Finding finding);

    protected abstract ImmutableArray<Remedy> Proposals();

    protected virtual ImmutableArray<Evidence> Evidence(in Finding finding) => [];

    /// <summary>The gate that a verdict names.</summary>
    protected virtual string? Gate => null;

    /// <summary>The layer that a verdict names.</summary>
    protected virtual int? Layer => column.Layer;

    protected virtual VerdictSeverity SeverityOf(in Finding finding) => description.Severity;

    private Verdict? Settle(long step, in Finding finding)
    {
        if (finding.Kind == FindingKind.Unknown)
        {
            return null;
        }

        if (finding.Kind == FindingKind.Healthy)
        {
            _unhealthySince = -1;
            return null;
        }

        _unhealthySince = _unhealthySince < 0 ? step : _unhealthySince;
        VerdictSeverity severity = SeverityOf(finding);
        if (step - _unhealthySince < _options.Patience || IsQuiet(step, severity))
        {
            return null;
        }

        state.Spoken[(description.Name, column)] = (step, severity);
        return new Verdict
        {
            Rule = description.Name,
            Severity = severity,
            Step = step,
            Layer = Layer,
            Gate = Gate,
            Timestep = finding.Timestep,
            Metric = column.Metric,
            Value = finding.Value,
            Threshold = Threshold,
            Evidence = [.. Evidence(finding), new(Telemetry.Evidence.UnhealthySinceStep, _unhealthySince)],
            Meaning = Meaning(finding),
            Remedies = [.. Proposals().Where(IsNew)],
        };
    }

    // What has become graver is said at once; what has not changed since it was said is not said again.
    private bool IsQuiet(long step, VerdictSeverity severity) =>
        state.Spoken.TryGetValue((description.Name, column), out (long Step, VerdictSeverity Severity) spoken)
        && severity <= spoken.Severity
        && (_unhealthySince <= spoken.Step || step < spoken.Step + _options.CoolDown);

    // What the run has already is no remedy.
    private bool IsNew(Remedy remedy) => !remedy.Settings.All(Context.Holds);
}
