namespace Backflow.Engine.Verification;

/// <summary>What a gradient check runs.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>The network.</summary>
    public required NetworkOptions Network { get; init; }

    /// <summary>Timesteps, T.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>Sequences, B.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Seed of parameters, inputs, targets and of the sampled entries.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Entries of each tensor whose gradient is measured: all, where a tensor has no more, else a sample.
    /// </summary>
    public int EntriesPerTensor { get; init; } = 512;

    /// <summary>Whether a head is asked for real values (mean squared error) rather than for classes.</summary>
    public bool UsesTargetValues { get; init; }

    /// <summary>Whether the pass drops units out, where the network has dropout.</summary>
    public bool DropsOut { get; init; }

    /// <summary>The check of one cell: a stack of equal layers on vectors, without a head.</summary>
    /// <param name="cell">The cell of every layer.</param>
    /// <param name="layers">How many layers are stacked.</param>
    /// <param name="sequenceLength">Timesteps, T.</param>
    /// <param name="batchSize">Sequences, B.</param>
    /// <param name="inputSize">Features, I.</param>
    /// <param name="hiddenSize">Units, H.</param>
    /// <param name="seed">The seed of parameters and inputs.</param>
    /// <param name="bothDirections">Whether every layer reads forward and in reverse.</param>
    /// <returns>Options with every other setting at its default.</returns>
    public static GradientCheckOptions ForCell(
        CellDescription cell,
        int layers,
        int sequenceLength,
        int batchSize,
        int inputSize,
        int hiddenSize,
        ulong seed = 1,
        bool bothDirections = false) => new()
        {
            Network = new NetworkOptions
            {
                InputSize = inputSize,
                Layers =
                [
                    .. Enumerable.Repeat<IEnumerable<LayerOptions>>(
                        bothDirections
                            ? [new LayerOptions(cell, hiddenSize), new LayerOptions(cell, hiddenSize, IsReverse: true)]
                            : [new LayerOptions(cell, hiddenSize)],
                        layers).SelectMany(static layer => layer),
                ],
            },
            SequenceLength = sequenceLength,
            BatchSize = batchSize,
            Seed = seed,
        };
}
