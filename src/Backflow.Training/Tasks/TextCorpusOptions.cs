namespace Backflow.Training.Tasks;

/// <summary>How a text becomes a corpus.</summary>
public sealed record TextCorpusOptions
{
    /// <summary>
    /// The share of characters, from the start of the text, that is trained on: above 0, at most 1; 0.9 by default. At
    /// 1 the validation part is empty.
    /// </summary>
    public double TrainingFraction { get; init; } = 0.9;

    /// <summary>
    /// Whether characters that the training part lacks become U+FFFD (<c>--unknown-symbol</c>) instead of an error.
    /// </summary>
    public bool UsesUnknownSymbol { get; init; }

    /// <summary>
    /// The vocabulary of a model that is trained on; null, the default, takes it from the training part.
    /// </summary>
    public Vocabulary? Vocabulary { get; init; }

    /// <summary>Streams that will be read side by side, B: at least 1.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Timesteps per window, T: at least 1. The training part must hold B·T + 1 characters.</summary>
    public int SequenceLength { get; init; } = 1;

    /// <summary>Checks every option that can be checked without the text.</summary>
    /// <exception cref="ExperimentException">An option is outside its range.</exception>
    internal void Validate()
    {
        if (TrainingFraction is not (> 0 and <= 1))
        {
            throw new ExperimentException(
                FormattableString.Invariant(
                    $"The training fraction must be above 0 and at most 1, got {TrainingFraction}."),
                "Give a fraction such as 0.9, which leaves a tenth of the text for validation.");
        }

        if (BatchSize < 1 || SequenceLength < 1)
        {
            throw new ExperimentException(
                $"Batch size and sequence length must be at least 1, got {BatchSize} and {SequenceLength}.",
                "Give for instance a batch size of 32 and a sequence length of 64.");
        }
    }
}
