using System.Numerics;

namespace Backflow.Exchange.Probes;

/// <summary>What parameters of a layer are called.</summary>
internal static class LayerParameters
{
    /// <summary>The names of all four, without layer and direction.</summary>
    public static readonly string[] Names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];
}

/// <summary>The parameters of one layer and direction, in PyTorch's order.</summary>
/// <param name="InputWeights">W, [G·H, I].</param>
/// <param name="RecurrentWeights">R, [G·H, H].</param>
/// <param name="InputBias">b_ih, [G·H]; null for none.</param>
/// <param name="RecurrentBias">b_hh, [G·H]; null for none.</param>
/// <typeparam name="T">What they are computed with in.</typeparam>
internal sealed record LayerParameters<T>(T[] InputWeights, T[] RecurrentWeights, T[]? InputBias, T[]? RecurrentBias)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Those that there are.</summary>
    public IEnumerable<(string Name, T[] Values)> All() => LayerParameters.Names
        .Zip<string, T[]?>([InputWeights, RecurrentWeights, InputBias, RecurrentBias])
        .Where(static one => one.Second is not null)
        .Select(static one => (one.First, one.Second!));
}
