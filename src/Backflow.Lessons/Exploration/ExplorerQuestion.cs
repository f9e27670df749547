using System.Globalization;
using Backflow.Engine;
using Backflow.Training;

namespace Backflow.Lessons.Exploration;

/// <summary>A network to look at: random, untrained, of one layer.</summary>
public sealed record ExplorerQuestion
{
    /// <summary>The most timesteps that are asked for.</summary>
    public const int LongestSequence = 200;

    private const double MostChrono = 10_000;

    /// <summary>The cell by one of its names.</summary>
    public string Cell { get; init; } = Cells.RnnTanh.Name;

    /// <summary>Timesteps, T: 2 to 200.</summary>
    public int Length { get; init; } = 8;

    /// <summary>
    /// What a random orthogonal matrix is multiplied by to give R, or each gate's block of it: above 0, up to 10. It is
    /// then σ₁ and ρ of R, both.
    /// </summary>
    public double Scale { get; init; } = 0.8;

    /// <summary>The forget bias, −20 to 20, of a cell for which it means something.</summary>
    public double ForgetBias { get; init; } = 1;

    /// <summary>
    /// The longest dependency of a chrono initialisation, 2 to 10,000 timesteps, in place of the forget bias; or 0.
    /// </summary>
    public double Chrono { get; init; }

    /// <summary>Units, H: 1 to 256.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>The seed of weights, inputs and loss.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The question with the values that were given; <see cref="Validate"/> has their ranges.</summary>
    internal static ExplorerQuestion Of(QuestionValues values)
    {
        ExplorerQuestion usual = new();
        return new ExplorerQuestion
        {
            Cell = values.Text("cell", usual.Cell),
            Length = (int)values.Whole("length", usual.Length, 0, int.MaxValue),
            Scale = values.Real("scale", usual.Scale, 0, double.MaxValue),
            ForgetBias = values.Real("forgetBias", usual.ForgetBias, double.MinValue, double.MaxValue),
            Chrono = values.Real("chrono", usual.Chrono, double.MinValue, double.MaxValue),
            Hidden = (int)values.Whole("hidden", usual.Hidden, 0, int.MaxValue),
            Seed = (ulong)values.Whole("seed", (long)usual.Seed, 0, long.MaxValue),
        };
    }

    /// <summary>The cell of the engine.</summary>
    /// <exception cref="ExperimentException">There is no such cell, or a value is outside its range.</exception>
    internal CellDescription Validate()
    {
        RequireRange(nameof(Length), Length, 2, LongestSequence);
        RequireRange(nameof(Hidden), Hidden, 1, 256);
        if (!(Scale > 0 && Scale <= 10))
        {
            throw OutOfRange(nameof(Scale), Scale, "above 0 and at most 10", "0.8");
        }

        if (!(Math.Abs(ForgetBias) <= 20))
        {
            throw OutOfRange(nameof(ForgetBias), ForgetBias, "from -20 to 20", "1");
        }

        if (Chrono is not (0 or (>= 2 and <= MostChrono)))
        {
            throw OutOfRange(nameof(Chrono), Chrono, "0 for none, or from 2 to 10000", "200");
        }

        return Cells.TryNamed(Cell, out CellDescription? cell)
            ? cell
            : throw new ExperimentException(
                $"The cell must be one of {Cells.List}, got '{Cell}'.", "Choose lstm, for instance.");
    }

    private static void RequireRange(string name, int value, int least, int greatest)
    {
        if (value < least || value > greatest)
        {
            string allowed = string.Create(CultureInfo.InvariantCulture, $"from {least} to {greatest}");
            throw OutOfRange(name, value, allowed, "64");
        }
    }

    private static ExperimentException OutOfRange(string name, IFormattable value, string allowed, string example) =>
        new(
            $"{char.ToLowerInvariant(name[0])}{name[1..]} must be {allowed}, got "
                + $"{value.ToString(null, CultureInfo.InvariantCulture)}.",
            $"Choose {example}, for instance.");
}
