using System.Numerics.Tensors;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖θ_after − θ_before‖₂ / ‖θ_before‖₂ of one step, for each parameter group.</summary>
/// <remarks>
/// Norms over all parameters of the group, in double. Unit: none. Range [0, ∞); NaN where the group is empty or both
/// norms are 0, ∞ where only the weights are. Bounds of other tools: SageMaker Debugger warns outside [1e-8, 10]. Cost:
/// one copy and one sweep of the parameters.
/// How to read it: near 1e-3 is commonly taken as healthy. Far below, the group hardly learns; far above, it is thrown
/// about. Biases start at 0 and begin high.
/// </remarks>
public sealed class UpdateToWeightRatio
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "update-to-weight-ratio";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Update-to-weight ratio",
        Title = "Update-to-weight ratio ‖θ′ − θ‖₂ / ‖θ‖₂",
        Meaning = "How far one step moves each parameter group, relative to its size.",
        Formula = "‖θ′ − θ‖₂ / ‖θ‖₂",
        Reduction = "a scalar per group: recurrent, input, bias, embedding, head",
        Range = "[0, ∞)",
        Unit = "none",
        HowToRead = "Near 1e-3 is commonly taken as healthy. Biases start at 0 and begin high.",
        Caption = "norms over each parameter group",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Scalar,
        Cost = CostClass.LargeSweep,
    };

    private const int Groups = 5;

    /// <summary>Parameters that are looked at together.</summary>
    private const int Piece = 1024;

    private readonly RecurrentNetwork _network;
    private readonly float[] _before;

    /// <summary>Allocates the copy of the parameters.</summary>
    /// <param name="network">Read before and after each update that is measured.</param>
    public UpdateToWeightRatio(RecurrentNetwork network)
    {
        _network = network;
        _before = new float[network.Layout.Length];
    }

    /// <summary>Copies the parameters; to be called before the optimizer's update.</summary>
    public void Begin() => _network.Parameters.Span.CopyTo(_before);

    /// <summary>Measures the update; to be called after the optimizer.</summary>
    /// <param name="ratios">[5], overwritten, indexed by <see cref="ParameterGroup"/>.</param>
    public void End(Span<double> ratios)
    {
        SpanShape.Require(ratios.Length, Groups, "[groups]", nameof(ratios));
        Span<double> updates = stackalloc double[Groups];
        Span<double> weights = stackalloc double[Groups];
        updates.Clear();
        weights.Clear();
        IReadOnlyList<Parameter> parameters = _network.Layout.Parameters;
        for (int i = 0; i < parameters.Count; i++)
        {
            int group = (int)ParameterGroups.Of(parameters[i]);
            Range range = parameters[i].Range;
            AddSquares(_network.Parameters.Span[range], _before.AsSpan(range), ref updates[group], ref weights[group]);
        }

        for (int group = 0; group < Groups; group++)
        {
            ratios[group] = Math.Sqrt(updates[group]) / Math.Sqrt(weights[group]);
        }
    }

    // Piece by piece, so that the differences never leave the first-level cache.
    private static void AddSquares(
        ReadOnlySpan<float> after, ReadOnlySpan<float> before, ref double updates, ref double weights)
    {
        Span<float> differences = stackalloc float[Piece];
        for (int i = 0; i < after.Length; i += Piece)
        {
            int length = Math.Min(Piece, after.Length - i);
            ReadOnlySpan<float> weight = before.Slice(i, length);
            TensorPrimitives.Subtract(after.Slice(i, length), weight, differences);
            updates += Square(GradientClipping.Norm(differences[..length]));
            weights += Square(GradientClipping.Norm(weight));
        }
    }

    private static double Square(double value) => value * value;
}
