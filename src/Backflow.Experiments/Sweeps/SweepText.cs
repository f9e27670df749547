using System.Security.Cryptography;
using Backflow.Training;
using Backflow.Training.Texts;

namespace Backflow.Experiments.Sweeps;

/// <summary>The text of a sweep: every member reads it, so it has to stay what it was.</summary>
internal static class SweepText
{
    /// <summary>The definition with what distinguishes its text.</summary>
    /// <param name="definition">A definition that was asked for.</param>
    /// <exception cref="ExperimentException">The text cannot be read, or not again.</exception>
    public static SweepDefinition Sign(SweepDefinition definition) => definition with
    {
        TextDigest = definition.Fixed.TextPath is string path ? DigestOf(path) : null,
    };

    /// <summary>Throws where the text of a sweep is another one by now.</summary>
    /// <param name="definition">The definition that the sweep began with.</param>
    /// <param name="sweep">The sweep's name.</param>
    /// <exception cref="ExperimentException">The text is another one, or cannot be read.</exception>
    public static void RequireSame(SweepDefinition definition, string sweep)
    {
        if (Sign(definition).TextDigest != definition.TextDigest)
        {
            throw new ExperimentException(
                $"{definition.Fixed.TextPath} is not the text that sweep {sweep} began with.",
                "Put that text back, or begin a new sweep.");
        }
    }

    private static string DigestOf(string path)
    {
        try
        {
            using Stream text = InputFile.Open(path);
            return text.CanSeek ? Convert.ToHexStringLower(SHA256.HashData(text))
                : throw new ExperimentException(
                    $"{path} is a pipe or a device, and every training of a sweep reads the text.",
                    "Write it to a file first.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(
                $"{path} cannot be read: {failure.Message}", "Name a file that can be read.", failure);
        }
    }
}
