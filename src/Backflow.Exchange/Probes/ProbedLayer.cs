using System.Collections.Immutable;

namespace Backflow.Exchange.Probes;

/// <summary>How far the numbers of a layer may be believed.</summary>
public enum ProbeTrust
{
    /// <summary>The outputs and the gradients of the weights came out as they were observed.</summary>
    Confirmed,

    /// <summary>The outputs came out; the gradients of the weights did not, or were not seen.</summary>
    Unconfirmed,

    /// <summary>The outputs did not come out, so that no number is given.</summary>
    Refused,
}

/// <summary>The gradients of one layer of a module in one direction.</summary>
/// <remarks>Positions are those of the sequence, from its start, for both directions; a norm is over the units and over
/// those sequences that have the position.</remarks>
public sealed record ProbedLayer
{
    /// <summary>The module's name in its model.</summary>
    public required string Module { get; init; }

    /// <summary>The kind of the module.</summary>
    public required ProbedKind Kind { get; init; }

    /// <summary>The layer of the module, from 0.</summary>
    public required int Layer { get; init; }

    /// <summary>Whether the layer reads from the end.</summary>
    public required bool IsReverse { get; init; }

    /// <summary>The calls that were joined: each goes on with the state of the one before.</summary>
    public required ImmutableArray<int> Calls { get; init; }

    /// <summary>Units, H.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>The timesteps of each sequence, over all joined calls, [B].</summary>
    public required ImmutableArray<int> Lengths { get; init; }

    /// <summary>Whether the numbers may be believed.</summary>
    public required ProbeTrust Trust { get; init; }

    /// <summary>Why not; empty where they may.</summary>
    public required string Reason { get; init; }

    /// <summary>The largest difference of an output, one timestep from the observed state; null where a loop of cells
    /// was observed and nothing computed.</summary>
    public required double? OutputDeviation { get; init; }

    /// <summary>The largest difference of a weight's gradient, of the largest of its tensor; null where no gradient was
    /// seen.</summary>
    public required double? WeightGradientDeviation { get; init; }

    /// <summary>‖∂L/∂hₜ‖₂ by position, [T]; empty where refused.</summary>
    public required ImmutableArray<double> HiddenGradientNorm { get; init; }

    /// <summary>‖∂L/∂cₜ‖₂ by position, [T]; null for cells without a cell state, empty where refused.</summary>
    public required ImmutableArray<double>? CellGradientNorm { get; init; }

    /// <summary>
    /// What else was asked for, by the columns of the registry's metrics, [T] by position; empty where nothing was,
    /// where the layer is refused, and where sequences of a batch end apart.
    /// </summary>
    public ImmutableSortedDictionary<string, ImmutableArray<float>> Rows { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<float>>.Empty;

    /// <summary>Parameters whose attribute is not what the layer used: a change of them has no effect.</summary>
    public required ImmutableArray<string> Replaced { get; init; }
}
