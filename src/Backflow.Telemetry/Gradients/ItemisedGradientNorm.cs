using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>‖∂L_τ/∂hₜ‖₂ for every pair t ≤ τ of one sequence: which later loss reaches which earlier state.</summary>
/// <remarks>
/// One reverse pass over shared forward states in which the losses are the batch: at timestep t the rows τ ≥ t are
/// alive
/// and no others, so causality halves the work, and a window of lags bounds it (docs/mathematics/telemetry.md). Each
/// row
/// carries its own power of two and neither underflows nor overflows float. Norm over units; the loss keeps its share
/// of the mean, so that the sum of ∂L_τ/∂hₜ over τ is the total gradient. Unit: loss per unit of state. Cost: about T/2
/// products with R per timestep, batched. Cashman et al. 2018 draw such a map.
/// How to read it: a row is one loss looking back; where the row ends, its memory ends. A column is one state; the
/// later
/// losses that still see it are its influence.
/// </remarks>
public static class ItemisedGradientNorm
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "itemised-gradient-norm";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Itemised gradient",
        Title = "Itemised gradient ‖∂L_τ/∂hₜ‖₂",
        Meaning = "Which later loss reaches which earlier state, for every pair t ≤ τ of one sequence.",
        Formula = "‖∂L_τ/∂hₜ‖₂, and ‖∂L_τ/∂cₜ‖₂ for the LSTM",
        Reduction =
            "[T, T] per layer, row τ, column t, in double. Norm over units of one sequence; each loss keeps "
            + "its share of the mean, so that the vectors of a column sum to the total gradient.",
        Range = "[0, ∞); 0 above the diagonal and beyond the window",
        Unit = "loss per unit of state",
        HowToRead =
            "A row is one loss looking back: where it fades, its memory ends. A column is one state: the later "
            + "losses that still see it.",
        Caption = "ℓ₂ norm over units of one sequence, each loss with its share of the mean",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Full,
        Kind = ColumnKind.Map,
        Cost = CostClass.OnDemand,
    };

    /// <summary>Measures one sequence of a network with a head and targets.</summary>
    /// <param name="pass">A network pass after its forward pass, before or after its backward pass.</param>
    /// <param name="sequence">The sequence, in [0, B).</param>
    /// <param name="window">The largest lag τ − t that is followed; null for all.</param>
    /// <param name="firstLoss">The earliest loss τ that is followed, in [0, T): T − 1 follows the last alone, at a T-th
    /// of the cost.</param>
    /// <returns>The map of every layer.</returns>
    public static ItemisedGradientMap Measure(
        NetworkPass pass, int sequence, int? window = null, int firstLoss = 0)
    {
        LinearHead head = pass.Head ?? throw new ArgumentException(
            "A network without head needs its local gradients: pass them to Measure.", nameof(pass));
        int top = pass.Network.Options.Layers.Length - 1;
        int hiddenSize = pass.Layers[top].HiddenSize;
        float[] local = new float[pass.SequenceLength * hiddenSize];
        int outputs = head.OutputSize;
        float[] dBatch = new float[pass.BatchSize * outputs];
        float[] dOutputs = new float[head.Timesteps * outputs];
        for (int t = 0; t < head.Timesteps; t++)
        {
            head.GetOutputs(t, dBatch);
            dBatch.AsSpan(sequence * outputs, outputs).CopyTo(dOutputs.AsSpan(t * outputs));
        }

        // ∂L_τ/∂h_τ = δy_τ·W_head
        float[] weights = new float[outputs * hiddenSize];
        pass.Network.HeadWeights!.Export(pass.Network.Parameters.Span, weights);
        int stride = ScaledRowsProduct.Pad(hiddenSize);
        float[] rows = new float[head.Timesteps * stride];
        new ScaledRowsProduct(weights, hiddenSize).Multiply(
            dOutputs, outputs, head.Timesteps, factors: [], columnFactors: [], rows, stride, accumulate: false);
        for (int t = 0; t < head.Timesteps; t++)
        {
            rows.AsSpan(t * stride, hiddenSize).CopyTo(
                local.AsSpan((t + pass.SequenceLength - head.Timesteps) * hiddenSize));
        }

        return Measure(pass, sequence, local, window, firstLoss);
    }

    /// <summary>Measures one sequence whose losses are given by their local gradients.</summary>
    /// <param name="pass">A network pass after its forward pass, before or after its backward pass.</param>
    /// <param name="sequence">The sequence, in [0, B).</param>
    /// <param name="local">∂L_τ/∂h_τ of the top layer, [T, H].</param>
    /// <param name="window">The largest lag τ − t that is followed; null for all.</param>
    /// <param name="firstLoss">The earliest loss τ that is followed, in [0, T).</param>
    /// <returns>The map of every layer.</returns>
    public static ItemisedGradientMap Measure(
        NetworkPass pass, int sequence, ReadOnlySpan<float> local, int? window = null, int firstLoss = 0)
    {
        int top = pass.Network.Options.Layers.Length - 1;
        SpanShape.Require(local.Length, pass.SequenceLength * pass.Layers[top].HiddenSize, "[T, H]", nameof(local));
        int lags = window ?? pass.SequenceLength - 1;
        ArgumentOutOfRangeException.ThrowIfNegative(lags, nameof(window));
        ArgumentOutOfRangeException.ThrowIfNegative(firstLoss);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(firstLoss, pass.SequenceLength);
        ItemisedReversePass reverse = new(pass, sequence, lags, firstLoss);
        return reverse.Run(local);
    }
}
