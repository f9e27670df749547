using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Backflow.Engine.Kernels;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine;

/// <summary>The Elman networks with a skip: one description for each k.</summary>
internal static class ElmanSkipCell
{
    public const int LongestSkip = 1000;

    private const string NameBegin = "rnn-skip-";

    private static readonly ConcurrentDictionary<int, CellDescription> Known = new();

    public static CellDescription Of(int skip)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(skip, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(skip, LongestSkip);
        return Known.GetOrAdd(skip, Describe);
    }

    /// <summary>The cell of a name such as rnn-skip-10.</summary>
    public static bool TryNamed(string name, [NotNullWhen(true)] out CellDescription? cell)
    {
        cell = null;
        if (name.StartsWith(NameBegin, StringComparison.OrdinalIgnoreCase)
            && !name.AsSpan(NameBegin.Length).StartsWith("0", StringComparison.Ordinal)
            && int.TryParse(
                name.AsSpan(NameBegin.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int skip)
            && skip <= LongestSkip)
        {
            cell = Of(skip);
        }

        return cell is not null;
    }

    private static CellDescription Describe(int skip) =>
        new(new Source(skip), () => new ReferenceElmanSkip(skip))
        {
            Name = NameBegin + skip.ToString(CultureInfo.InvariantCulture),
            Title = $"RNN, skip {skip.ToString(CultureInfo.InvariantCulture)}",
            Gates = [new CellGate("state", "h", CellActivation.Tanh)],
            StateActivation = CellActivation.Tanh,
            SkipTimesteps = skip,
        };

    private sealed class Source(int skip) : ICellKernelSource
    {
        public CellKernels Create<TSimd, TVector>(bool usesTiles)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new ElmanSkipKernels<TSimd, TVector>(skip) { UsesTiles = usesTiles };
    }
}
