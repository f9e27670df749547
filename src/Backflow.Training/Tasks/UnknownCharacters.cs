using System.Globalization;
using System.Text;
using Backflow.Telemetry;

namespace Backflow.Training.Tasks;

/// <summary>
/// The error about characters that a vocabulary lacks: which they are, and the option that allows them.
/// </summary>
internal static class UnknownCharacters
{
    private const int MaximumNamed = 5;

    /// <summary>Throws where there are any.</summary>
    /// <param name="codePoints">The distinct characters, ascending.</param>
    /// <param name="source">What contains them, at the start of a sentence.</param>
    /// <param name="known">What lacks them, inside a sentence.</param>
    /// <exception cref="ExperimentException">There is one.</exception>
    public static void ThrowIfAny(SortedSet<int> codePoints, string source, string known)
    {
        if (codePoints.Count == 0)
        {
            return;
        }

        string names = string.Join(", ", codePoints.Take(MaximumNamed).Select(Name));
        int more = codePoints.Count - MaximumNamed;
        string rest = more > 0 ? $" and {NumberText.Count(more)} more" : "";
        string noun = codePoints.Count == 1 ? "a character" : $"{NumberText.Count(codePoints.Count)} characters";
        throw new ExperimentException(
            $"{source} contains {noun} that {known} lacks: {names}{rest}.",
            $"Train with {"UnknownSymbol":setting}, which maps characters like these to U+FFFD, or remove them from "
                + $"the text.");
    }

    // 'é' (U+00E9); what cannot be seen by itself has its number only.
    private static string Name(int codePoint)
    {
        Rune rune = new(codePoint);
        string number = string.Create(CultureInfo.InvariantCulture, $"U+{codePoint:X4}");
        bool isVisible = Rune.IsLetterOrDigit(rune) || Rune.IsPunctuation(rune) || Rune.IsSymbol(rune);
        return isVisible ? $"'{rune}' ({number})" : number;
    }
}
