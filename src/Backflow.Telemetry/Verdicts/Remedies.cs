using System.Collections.Immutable;
using System.Globalization;

namespace Backflow.Telemetry;

/// <summary>The changes that rules propose: settings of a training, by property.</summary>
internal static class Remedies
{
    private const string Cells = "Cells";
    private const string ClipNorm = "ClipNorm";
    private const string ClipValue = "ClipValue";
    private const string LearningRate = "LearningRate";
    private const string Initialisation = "Initialisation";
    private const string Gain = "Gain";

    /// <summary>Update ÷ weight that is commonly taken as healthy; Adam's first steps are longer.</summary>
    private const double UsualRatio = 1e-3;
    private const double UsualRatioOfAdam = 1e-2;
    private const double UsualLearningRate = 0.003;

    public static Remedy Clip(VerdictContext context) => new(
        "limit the norm of the gradient",
        [Number(ClipNorm, context.ClipNorm is > 0 and <= 1 ? context.ClipNorm / 2 : 1)]);

    public static Remedy SmallerRate(VerdictContext context, double factor) => new(
        $"divide the learning rate by {NumberText.Of(factor)}",
        [Number(LearningRate, context.LearningRate / factor)]);

    public static Remedy LargerRate(VerdictContext context, double factor) => new(
        $"multiply the learning rate by {NumberText.Of(factor)}",
        [Number(LearningRate, context.LearningRate * factor)]);

    /// <summary>The rate, by powers of ten, at which one step changes the recurrent weights as is usual; up to a usual
    /// rate, or a hundredfold.</summary>
    /// <param name="context">The run.</param>
    /// <param name="ratio">Update ÷ weight at the present rate, above 0.</param>
    public static Remedy UsualRate(VerdictContext context, double ratio)
    {
        double wanted = PowerOfTen((context.IsAdaptive ? UsualRatioOfAdam : UsualRatio) / ratio);
        double most = Math.Max(100, PowerOfTen(UsualLearningRate / context.LearningRate));
        return LargerRate(context, Math.Clamp(wanted, 10, most));
    }

    public static Remedy ShorterWarmUp() => new("warm up in 100 steps", [new("WarmUpSteps", "100")]);

    public static Remedy Orthogonal() => new(
        "start from orthogonal matrices, which keep the norm of a gradient",
        [new(Initialisation, "orthogonal"), new(Gain, "1")]);

    public static Remedy SpectralNorm() => new(
        "start with a spectral norm of 1", [new(Initialisation, "spectral-norm"), new(Gain, "1")]);

    public static Remedy Smaller() => new(
        "start with smaller recurrent weights", [new(Initialisation, "spectral-norm"), new(Gain, "0.9")]);

    public static Remedy DefaultStart() => new("start from PyTorch's initialisation", UsualStart);

    /// <summary>A remedy with PyTorch's initialisation, unless it names another itself.</summary>
    public static Remedy FromUsualStart(Remedy remedy) =>
        remedy.Settings.Any(static setting => setting.Property == Initialisation)
            ? remedy
            : remedy with { Settings = [.. remedy.Settings, .. UsualStart] };

    public static Remedy ForgetBias(double bias) => new("open the forget gate", [OfForgetBias(bias)]);

    public static Remedy Chrono(VerdictContext context) => new(
        "give the gates time scales up to the dependency's",
        [Number("Chrono", Math.Max(2, context.Lag))]);

    // A start that was chosen for another cell does not go with the new one.
    public static Remedy Lstm() => new(
        "take an LSTM, whose cell state has a path without activations",
        [new(Cells, "lstm"), OfForgetBias(3), .. UsualStart]);

    public static Remedy Gru() => new("take a GRU", [new(Cells, "gru"), .. UsualStart]);

    public static Remedy Tanh() => new(
        "take tanh units, which cannot die", [new(Cells, "rnn"), new(Initialisation, "orthogonal")]);

    public static Remedy FewerLayers() => new("take one layer", [new("Layers", "1")]);

    public static Remedy LargerClip(double meanNorm) => new(
        "limit at twice the mean norm, so that only what stands out is cut",
        [Number(ClipNorm, 2 * meanNorm, digits: 2)]);

    /// <summary>A limit on the norm in place of one on each element.</summary>
    public static Remedy NormForElements(double norm) => new(
        "limit the norm of the gradient and no single element",
        [new(ClipValue, "0"), Number(ClipNorm, norm, digits: 2)]);

    /// <summary>What helps against a gradient that explodes: a limit where there is none, else another start.</summary>
    public static IEnumerable<Remedy> AgainstExplosion(VerdictContext context) =>
        context.ClipNorm is > 0 and <= 10
            ? [Orthogonal(), Smaller()]
            : [Clip(context), Orthogonal(), Smaller()];

    /// <summary>What lengthens the memory of the cell that a layer has.</summary>
    public static Remedy[] LongerMemory(VerdictContext context, int layer) => context.Cells[layer] switch
    {
        { ForgetBias: not null } => [ForgetBias(3), Chrono(context)],
        { ChronoBiases.IsEmpty: false } => [Chrono(context), Lstm()],
        { LargestSlope: < 1 } => [TanhForSigmoid(), Lstm(), Gru()],
        _ => [Orthogonal(), Lstm(), Gru()],
    };

    /// <summary>What helps a gradient down to the lowest layer.</summary>
    public static IEnumerable<Remedy> ThroughLayers(VerdictContext context)
    {
        // Whatever else changes, a sigmoid that stays lets a quarter of the gradient pass.
        if (context.Cells.Any(static cell => cell.ElmanActivation?.LargestSlope < 1))
        {
            yield return TanhForSigmoid();
        }
        else
        {
            yield return Orthogonal();
            yield return DefaultStart();
        }

        if (context.Cells.Length > 1)
        {
            yield return FewerLayers();
        }
    }

    private static Remedy TanhForSigmoid() => new(
        "take tanh: a sigmoid lets at most a quarter of a gradient pass",
        [new(Cells, "rnn"), new(Initialisation, "orthogonal")]);

    private static double PowerOfTen(double value) => Math.Pow(10, Math.Round(Math.Log10(value)));

    private static ImmutableArray<Setting> UsualStart => [new(Initialisation, "pytorch"), new(Gain, "1")];

    private static Setting OfForgetBias(double bias) => Number("ForgetBias", bias);

    /// <summary>A setting with few digits, so that people can read the command: parsed again, and so without
    /// thousands marks.</summary>
    private static Setting Number(string property, double value, int digits = 4)
    {
        // The power of ten is at least 1, and so exact.
        int decimals = value == 0 ? 0 : digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        double power = Math.Pow(10, Math.Abs(decimals));
        double rounded = decimals < 0 ? Math.Round(value / power) * power : Math.Round(value * power) / power;
        return new Setting(property, rounded.ToString(CultureInfo.InvariantCulture));
    }
}
