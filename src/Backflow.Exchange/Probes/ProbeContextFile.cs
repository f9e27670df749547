using System.Collections.Immutable;
using System.Globalization;
using Backflow.Telemetry;
using Backflow.Tensors;

namespace Backflow.Exchange.Probes;

/// <summary>Reads the effective context that a probe measured in another program's model.</summary>
public static class ProbeContextFile
{
    /// <summary>The format that is read, as a file names it.</summary>
    public const string Format = "backflow-probe-context/1";

    /// <summary>What the name of such a file begins with.</summary>
    public const string Prefix = "context-";

    private const string Rule = EffectiveContext.TaskRule;

    private const string RuleWithoutError =
        "the largest lag at which another sequence's past raises the loss by more than 10 % of the rise at lag 0 and "
        + "2 % of the loss there; the loss told no error of the rise";

    private const string Remedy = "Take a file that probe.context wrote; its format is in docs/probe-format.md.";

    private const int MostLags = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What was measured.</returns>
    /// <exception cref="ExchangeException">It cannot be read, or is no such file; the message says why.</exception>
    public static ProbedContext Read(string path)
    {
        try
        {
            return Of(SafetensorsFile.Read(path), path);
        }
        catch (TensorFileException failure)
        {
            throw new ExchangeException(failure.Message, Remedy, failure);
        }
    }

    /// <summary>Reads a stream of known length.</summary>
    /// <param name="stream">The content of a file.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>What was measured.</returns>
    /// <exception cref="ExchangeException">It is no such file; the message says why.</exception>
    public static ProbedContext Read(Stream stream, long length, string name)
    {
        try
        {
            return Of(SafetensorsFile.Read(stream, length, name), name);
        }
        catch (TensorFileException failure)
        {
            throw new ExchangeException(failure.Message, Remedy, failure);
        }
    }

    private static ProbedContext Of(SafetensorsFile file, string name)
    {
        string format = file.Metadata.GetValueOrDefault("format", "");
        if (format != Format)
        {
            throw Wrong(name, $"its format is '{format}', and '{Format}' can be read");
        }

        long[] lags = Lags(file, name);
        double[] rises = Numbers(file, name, "rise", lags.Length);
        double[]? errors = file.Look("standard_error") is null ? null
            : Numbers(file, name, "standard_error", lags.Length);
        if (errors?.Any(static error => error < 0) == true)
        {
            throw Wrong(name, "a standard error is below 0");
        }

        double loss = Real(file, name, "loss");
        if (!double.IsFinite(loss) || !rises.All(double.IsFinite))
        {
            throw Wrong(name, "its loss or a rise is not finite, so that the effective context cannot be told");
        }

        ImmutableArray<ContextPoint> curve =
        [
            .. lags.Select((lag, i) => new ContextPoint((int)lag, rises[i], errors?[i] ?? 0, double.NaN)),
        ];
        return new ProbedContext(
            Whole(file, name, "step"),
            (int)Math.Min(Whole(file, name, "rank"), int.MaxValue),
            Whole(file, name, "sequences"),
            new EffectiveContext(
                Number(curve, loss), curve[^1].Lag, loss, curve, errors is null ? RuleWithoutError : Rule));
    }

    // The largest lag that matters; without the whole, nothing can be compared.
    private static int Number(ImmutableArray<ContextPoint> curve, double loss) =>
        curve.LastOrDefault(point => EffectiveContext.Matters(point, curve[0], loss)).Lag;

    private static long[] Lags(SafetensorsFile file, string name)
    {
        Tensor lag = file.Look("lag") ?? throw Wrong(name, "it has no tensor 'lag'");
        if (lag.Shape.Length != 1 || lag.Shape[0] is < 1 or > MostLags || lag.DataType != TensorDataType.I64)
        {
            throw Wrong(name, "its 'lag' is no list of whole numbers");
        }

        long[] values = lag.ToInt64s();
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is < 0 or > int.MaxValue || (i > 0 && values[i] <= values[i - 1]))
            {
                throw Wrong(name, "its lags are not rising whole numbers from 0");
            }
        }

        return values[0] == 0
            ? values
            : throw Wrong(name, "its first lag is not 0, where the whole past is another sequence's");
    }

    private static double[] Numbers(SafetensorsFile file, string name, string tensor, int count)
    {
        Tensor found = file.Look(tensor) ?? throw Wrong(name, $"it has no tensor '{tensor}'");
        return found.Shape.Length == 1 && found.Shape[0] == count && found.DataType == TensorDataType.F64
            ? found.ToDoubles()
            : throw Wrong(name, $"its '{tensor}' has not one F64 for each lag");
    }

    private static long Whole(SafetensorsFile file, string name, string key) =>
        long.TryParse(
            file.Metadata.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw Wrong(name, $"its {key} is no whole number");

    private static double Real(SafetensorsFile file, string name, string key) =>
        double.TryParse(
            file.Metadata.GetValueOrDefault(key), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw Wrong(name, $"its {key} is no number");

    private static ExchangeException Wrong(string name, string fact) => new($"{name}: {fact}.", Remedy);
}

/// <summary>The effective context that was measured in another program's model.</summary>
/// <param name="Step">Updates of the weights before it.</param>
/// <param name="Rank">The process among those that train together, from 0.</param>
/// <param name="Sequences">How many sequences it rests on.</param>
/// <param name="Context">The number and its curve.</param>
public sealed record ProbedContext(long Step, int Rank, long Sequences, EffectiveContext Context);
