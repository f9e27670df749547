using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>spectral-regime</c>: what the spectral norm of R alone proves about the gradient.</summary>
/// <remarks>
/// ‖∂h_T/∂hₜ‖ ≤ (γσ₁)^(T−t) (Pascanu et al. 2013, section 2.1): below θ over the lag, the gradient is proven to vanish.
/// γσ₁ above 1 proves nothing, R being non-normal, and is said once as information.
/// </remarks>
internal sealed class SpectralRegime(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    private bool _isVanishing;

    public static RuleDescription Description { get; } = new()
    {
        Name = "spectral-regime",
        Severity = VerdictSeverity.Warning,
        Metric = Spectrum.NormMetricName,
        FiresWhen = "(γσ₁)^lag < θ: vanishing is proven (warning); γσ₁ > 1: explosion is possible (information, once); "
            + "γ = 1 for tanh and ReLU, 1/4 for the sigmoid",
        Defaults = new RuleOptions(1e-2, 0, 1000),
        Source = "Pascanu, Mikolov & Bengio 2013; θ as for the horizon",
        Proposes = "spectral norm of 1, orthogonal start",
        Create = static (column, state) => column is { IsRow: false, Metric: Spectrum.NormMetricName, Layer: int layer }
            && state.Context.Cells[layer].ElmanActivation is not null && state.Context.Lag > 0
                ? new SpectralRegime(column, state) : null,
    };

    private double Slope => JacobianBound.LargestSlope(Context.Cells[Column.Layer!.Value]);

    protected override VerdictSeverity SeverityOf(in Finding finding) =>
        _isVanishing ? VerdictSeverity.Warning : VerdictSeverity.Information;

    protected override Finding Judge(long step, double value)
    {
        double factor = Slope * value;
        _isVanishing = Math.Pow(factor, Context.Lag) < Threshold && !State.Remembers && !State.IsSolved;
        return double.IsFinite(factor) ? Finding.When(_isVanishing || factor > 1, value) : Finding.Unknown;
    }

    protected override string Meaning(in Finding finding) => _isVanishing
        ? $"γσ₁ = {NumberText.Of(Slope * finding.Value)} proves that {AtMost(Slope * finding.Value)} of a gradient "
            + $"can come {NumberText.Counted(NumberText.Count(Context.Lag), "timestep")} back, whatever the data."
        : $"γσ₁ is {NumberText.Of((Slope * finding.Value) - 1)} above 1: the gradient may explode, and nothing more is "
            + "proven.";

    // A bound that is too small for a double is not 0, unless the weights are.
    private string AtMost(double factor) => factor == 0 ? "nothing"
        : Math.Pow(factor, Context.Lag) is > 0 and double bound ? $"at most {NumberText.Of(bound)}"
        : $"less than {NumberText.Of(double.Epsilon)}";

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) =>
    [
        new("spectral-norm", finding.Value),
        new("largest-slope", Slope),
        new("bound-at-lag", Math.Pow(Slope * finding.Value, Context.Lag)),
        new("lag", Context.Lag),
    ];

    // With a slope below 1 a spectral norm of 1 vanishes as well.
    protected override ImmutableArray<Remedy> Proposals() => !_isVanishing
        ? [Remedies.Clip(Context), Remedies.Orthogonal()]
        : Slope < 1 ? [.. Remedies.LongerMemory(Context, Column.Layer!.Value)]
        : [Remedies.SpectralNorm(), .. Remedies.LongerMemory(Context, Column.Layer!.Value)];
}
