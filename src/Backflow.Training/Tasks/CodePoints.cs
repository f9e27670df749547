using System.Buffers;
using System.Text;

namespace Backflow.Training.Tasks;

/// <summary>Decodes a text in memory into Unicode scalar values, and says where it is none.</summary>
internal static class CodePoints
{
    /// <summary>Decodes UTF-16.</summary>
    /// <param name="text">UTF-16, with surrogates in pairs.</param>
    /// <param name="source">What it is, at the start of a sentence.</param>
    /// <returns>One value per character.</returns>
    /// <exception cref="ExperimentException">A surrogate stands alone.</exception>
    public static int[] FromString(string text, string source)
    {
        int[] codePoints = new int[text.Length];
        int count = 0;
        for (int i = 0; i < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out Rune rune, out int consumed) != OperationStatus.Done)
            {
                throw new ExperimentException(
                    $"{source} has half a surrogate pair at index {i}, which is no character.",
                    "Give valid Unicode text.");
            }

            codePoints[count++] = rune.Value;
            i += consumed;
        }

        return codePoints[..count];
    }
}
