using System.Collections.Immutable;

namespace Backflow.Lessons.Exercises;

/// <summary>Makes expected numbers: how near is near enough, and which mistakes are told apart.</summary>
internal static class Expectation
{
    /// <summary>Readers round to two digits: 1.05 as 1.1 is off by 5 %, and nothing by more.</summary>
    private const double RoundedByHand = 0.05;

    /// <summary>Half of the second decimal: matrices of one or two decimals are computed by hand.</summary>
    private const double SecondDecimal = 0.005;

    /// <summary>
    /// Programs print three digits, and vector widths differ by some 2⁻²⁴ per product, over a hundred of them.
    /// </summary>
    private const double Printed = 0.01;

    private const string InPercent = "That is a hundred times too large. Is it in percent?";

    /// <summary>A power or a product, worked out by hand.</summary>
    /// <param name="label">What the number is.</param>
    /// <param name="value">What is right.</param>
    /// <param name="mistakes">Numbers that known mistakes lead to, each with the mistake.</param>
    public static ExpectedNumber ByHand(
        string label, double value, params ReadOnlySpan<(double Value, string Why)> mistakes) =>
        Near(label, [], value, Math.Abs(value) * RoundedByHand, mistakes);

    /// <summary>An entry of a small matrix.</summary>
    /// <param name="label">What the number is.</param>
    /// <param name="value">What is right.</param>
    /// <param name="mistakes">Numbers that known mistakes lead to, each with the mistake.</param>
    public static ExpectedNumber Entry(
        string label, double value, params ReadOnlySpan<(double Value, string Why)> mistakes) =>
        Near(label, [], value, SecondDecimal, mistakes);

    /// <summary>A number that a program prints behind its key.</summary>
    /// <param name="label">What the number is.</param>
    /// <param name="key">The numbers that its line begins with.</param>
    /// <param name="value">What the engine measures.</param>
    /// <param name="mistakes">Numbers that known mistakes lead to, each with the mistake.</param>
    public static ExpectedNumber ByProgram(
        string label,
        ImmutableArray<double> key,
        double value,
        params ReadOnlySpan<(double Value, string Why)> mistakes) =>
        Near(label, key, value, Math.Abs(value) * Printed, mistakes);

    private static ExpectedNumber Near(
        string label,
        ImmutableArray<double> key,
        double value,
        double tolerance,
        ReadOnlySpan<(double Value, string Why)> mistakes)
    {
        ImmutableArray<KnownMistake>.Builder known = ImmutableArray.CreateBuilder<KnownMistake>();
        double share = tolerance / Math.Max(Math.Abs(value), double.Epsilon);
        foreach ((double wrong, string why) in
            (ReadOnlySpan<(double, string)>)[.. mistakes, (-value, "The sign is wrong."), (100 * value, InPercent)])
        {
            // What a mistake gives as near to the truth as this is no mistake that can be told.
            double spread = key.IsEmpty && share > RoundedByHand ? tolerance : Math.Abs(wrong) * share;
            if (double.IsFinite(wrong) && Math.Abs(wrong - value) > tolerance + spread)
            {
                known.Add(new KnownMistake(wrong - spread, wrong + spread, why));
            }
        }

        return new ExpectedNumber(
            label,
            key,
            value - tolerance,
            value + tolerance,
            "That is too small.",
            "That is too large.",
            known.ToImmutable());
    }
}
