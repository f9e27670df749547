using System.Globalization;

namespace Backflow.Telemetry;

/// <summary>The changes that rules propose, as options of 'backflow train'.</summary>
internal static class Cures
{
    public static Remedy Clip(VerdictContext context) => Make(
        context,
        "limit the norm of the gradient",
        $"--clip-norm {Text(context.ClipNorm is > 0 and <= 1 ? context.ClipNorm / 2 : 1)}");

    public static Remedy SmallerRate(VerdictContext context, double factor) => Make(
        context,
        $"divide the learning rate by {Text(factor)}",
        $"--learning-rate {Text(context.LearningRate / factor)}");

    public static Remedy LargerRate(VerdictContext context, double factor) => Make(
        context,
        $"multiply the learning rate by {Text(factor)}",
        $"--learning-rate {Text(context.LearningRate * factor)}");

    public static Remedy Orthogonal(VerdictContext context) => Make(
        context, "start from orthogonal matrices, which keep the norm of a gradient", "--init orthogonal --gain 1");

    public static Remedy SpectralNorm(VerdictContext context) => Make(
        context, "start with a spectral norm of 1", "--init spectral-norm --gain 1");

    public static Remedy Smaller(VerdictContext context) => Make(
        context, "start with smaller recurrent weights", "--init spectral-norm --gain 0.9");

    public static Remedy DefaultStart(VerdictContext context) => Make(
        context, "start from PyTorch's initialisation", "--init pytorch --gain 1");

    public static Remedy ForgetBias(VerdictContext context, double bias) => Make(
        context, "open the forget gate", $"--forget-bias {Text(bias)}");

    public static Remedy Chrono(VerdictContext context) => Make(
        context,
        "give the gates time scales up to the dependency's",
        $"--chrono {Text(Math.Max(2, context.Lag))}");

    public static Remedy Lstm(VerdictContext context) => Make(
        context, "take an LSTM, whose cell state has a path without activations", "--cell lstm --forget-bias 3");

    public static Remedy Gru(VerdictContext context) => Make(context, "take a GRU", "--cell gru");

    public static Remedy Tanh(VerdictContext context) => Make(
        context, "take tanh units, which cannot die", "--cell rnn --init orthogonal");

    public static Remedy FewerLayers(VerdictContext context) => Make(context, "take one layer", "--layers 1");

    public static Remedy LongerWindow(VerdictContext context) => Make(
        context, "follow the gradient further back", $"--sequence-length {Text(2 * context.SequenceLength)}");

    public static Remedy LargerClip(VerdictContext context, double meanNorm) => Make(
        context,
        "limit at twice the mean norm, so that only what stands out is cut",
        $"--clip-norm {(2 * meanNorm).ToString("G2", CultureInfo.InvariantCulture)}");

    /// <summary>What lengthens the memory of the cell that a layer has.</summary>
    public static Remedy[] LongerMemory(VerdictContext context, int layer) => context.Cells[layer] switch
    {
        { ForgetBias: not null } => [ForgetBias(context, 3), Chrono(context)],
        { ChronoBiases.IsEmpty: false } => [Chrono(context), Lstm(context)],
        { LargestSlope: < 1 } => [TanhForSigmoid(context), Lstm(context), Gru(context)],
        _ => [Orthogonal(context), Lstm(context), Gru(context)],
    };

    /// <summary>What helps a gradient down to the lowest layer.</summary>
    public static IEnumerable<Remedy> ThroughLayers(VerdictContext context)
    {
        if (context.Cells.Any(static cell => cell.ElmanActivation?.LargestSlope < 1))
        {
            yield return TanhForSigmoid(context);
        }

        yield return Orthogonal(context);
        yield return DefaultStart(context);
        if (context.Cells.Length > 1)
        {
            yield return FewerLayers(context);
        }
    }

    public static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static Remedy TanhForSigmoid(VerdictContext context) => Make(
        context, "take tanh: a sigmoid lets at most a quarter of a gradient pass", "--cell rnn --init orthogonal");

    private static Remedy Make(VerdictContext context, string text, string options) =>
        new(text, context.CommandOf(options));
}
