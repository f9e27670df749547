using System.Globalization;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Benchmarks;

/// <summary>What one row of the benchmark times.</summary>
public enum BenchmarkKind
{
    /// <summary>One recurrent layer: forward and backward, with ∂L/∂x and all weight gradients.</summary>
    Layer,

    /// <summary>The whole training step of a character model of two layers, V 65 and E 32.</summary>
    Step,

    /// <summary>
    /// One character through a model of two layers, V 65 and E 32: forward alone, the state carried on.
    /// </summary>
    Character,

    /// <summary>
    /// One layer over one long sequence, with all gates kept and, in turn, with gates computed again.
    /// </summary>
    Long,

    /// <summary>One layer whose gradients vanish, and, in turn, the same with gradients that do not.</summary>
    Vanishing,
}

/// <summary>A piece of work to time. Its text is what <see cref="Parse"/> reads.</summary>
/// <param name="Kind">What is timed.</param>
/// <param name="Cell">The cell's name.</param>
/// <param name="HiddenSize">Units of a layer, H.</param>
/// <param name="InputSize">Features per timestep, I; for a character model the embedding's size.</param>
/// <param name="SequenceLength">Timesteps, T.</param>
/// <param name="BatchSize">Sequences, B.</param>
public sealed record BenchmarkShape(
    BenchmarkKind Kind, string Cell, int HiddenSize, int InputSize, int SequenceLength, int BatchSize)
{
    private const string StepPrefix = "step:";
    private const string CharacterPrefix = "char:";
    private const string LongPrefix = "long:";
    private const string VanishingPrefix = "vanish:";
    private const int MaximumSize = 1_000_000;

    /// <summary>Symbols of the character model, V.</summary>
    public const int VocabularySize = 65;

    /// <summary>Size of the character model's embedding, E.</summary>
    public const int EmbeddingSize = 32;

    /// <summary>Layers of the character model.</summary>
    public const int ModelLayers = 2;

    /// <summary>Recurrent layers.</summary>
    public int Layers => HasHead ? ModelLayers : 1;

    /// <summary>Whether a linear layer for 65 characters lies above the recurrent ones.</summary>
    public bool HasHead => Kind is BenchmarkKind.Step or BenchmarkKind.Character;

    internal CellDescription CellDescription => Cells.Named(Cell);

    /// <summary>
    /// Reads CELL,H,I,T,B for a layer, step:CELL,H,T,B for a training step, char:CELL,H for one character,
    /// long:CELL,H,T for one long sequence, vanish:CELL,H,T,B for a layer whose gradients vanish.
    /// </summary>
    /// <param name="text">The shape.</param>
    /// <returns>The shape.</returns>
    /// <exception cref="ExperimentException">The text is none of these.</exception>
    public static BenchmarkShape Parse(string text)
    {
        (BenchmarkKind kind, string rest) =
            text.StartsWith(StepPrefix, StringComparison.Ordinal) ? (BenchmarkKind.Step, text[StepPrefix.Length..])
            : text.StartsWith(CharacterPrefix, StringComparison.Ordinal)
                ? (BenchmarkKind.Character, text[CharacterPrefix.Length..])
            : text.StartsWith(LongPrefix, StringComparison.Ordinal) ? (BenchmarkKind.Long, text[LongPrefix.Length..])
            : text.StartsWith(VanishingPrefix, StringComparison.Ordinal)
                ? (BenchmarkKind.Vanishing, text[VanishingPrefix.Length..])
            : (BenchmarkKind.Layer, text);
        string[] parts = rest.Split(',');
        int[] sizes = new int[parts.Length - 1];
        bool isValid = Cells.TryNamed(parts[0], out CellDescription? cell);
        for (int i = 0; i < sizes.Length; i++)
        {
            isValid &= int.TryParse(parts[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out sizes[i])
                && sizes[i] is >= 1 and <= MaximumSize;
        }

        string name = cell?.Name ?? string.Empty;
        return (kind, sizes) switch
        {
            (BenchmarkKind.Layer, [int h, int i, int t, int b]) when isValid => new(kind, name, h, i, t, b),
            (BenchmarkKind.Step, [int h, int t, int b]) when isValid => new(kind, name, h, EmbeddingSize, t, b),
            (BenchmarkKind.Character, [int h]) when isValid => new(kind, name, h, EmbeddingSize, 1, 1),
            (BenchmarkKind.Long, [int h, int t]) when isValid => new(kind, name, h, h, t, 1),
            (BenchmarkKind.Vanishing, [int h, int t, int b]) when isValid => new(kind, name, h, h, t, b),
            _ => throw new ExperimentException(
                $"{"Shape":setting} must be CELL,H,I,T,B or step:CELL,H,T,B or char:CELL,H or long:CELL,H,T or "
                    + $"vanish:CELL,H,T,B with "
                + $"sizes from 1 to {MaximumSize} and one of the cells {Cells.List}, got '{text}'.",
                new Setting("Shape", "lstm,128,128,64,32")),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        BenchmarkKind.Step => string.Create(
            CultureInfo.InvariantCulture, $"{StepPrefix}{Cell},{HiddenSize},{SequenceLength},{BatchSize}"),
        BenchmarkKind.Character => string.Create(CultureInfo.InvariantCulture, $"{CharacterPrefix}{Cell},{HiddenSize}"),
        BenchmarkKind.Long => string.Create(
            CultureInfo.InvariantCulture, $"{LongPrefix}{Cell},{HiddenSize},{SequenceLength}"),
        BenchmarkKind.Vanishing => string.Create(
            CultureInfo.InvariantCulture, $"{VanishingPrefix}{Cell},{HiddenSize},{SequenceLength},{BatchSize}"),
        _ => string.Create(
            CultureInfo.InvariantCulture, $"{Cell},{HiddenSize},{InputSize},{SequenceLength},{BatchSize}"),
    };
}
