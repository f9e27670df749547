using System.Collections.Immutable;

namespace Backflow.Experiments.Exploration;

/// <summary>Which earlier character each prediction reaches, in one window of validation text.</summary>
public sealed record ItemisedAnswer
{
    /// <summary>The step of the checkpoint.</summary>
    public required long Step { get; init; }

    /// <summary>The first character's place in the validation text.</summary>
    public required int Offset { get; init; }

    /// <summary>The characters of the validation text.</summary>
    public required int TextLength { get; init; }

    /// <summary>[T], what the network reads.</summary>
    public required ImmutableArray<string> Characters { get; init; }

    /// <summary>[T], what it is to predict after each.</summary>
    public required ImmutableArray<string> Targets { get; init; }

    /// <summary>[T], the cross-entropy of each prediction in nats.</summary>
    public required ImmutableArray<double> Losses { get; init; }

    /// <summary>‖∂L_τ/∂hₜ‖₂, [T, T], row τ, column t; 0 above the diagonal. L_τ is the prediction's own loss.</summary>
    public required ImmutableArray<float> Map { get; init; }

    /// <summary>[T], the likeliest characters after each, likeliest first.</summary>
    public required ImmutableArray<ImmutableArray<CharacterProbability>> Top { get; init; }
}

/// <summary>A character that may come next.</summary>
/// <param name="Character">The character as a text, of one or two chars.</param>
/// <param name="Probability">Its probability, 0 to 1.</param>
public sealed record CharacterProbability(string Character, double Probability);
