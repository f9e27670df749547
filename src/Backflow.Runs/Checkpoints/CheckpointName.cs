using System.Globalization;
using System.Text.RegularExpressions;

namespace Backflow.Runs.Checkpoints;

/// <summary>
/// The names of checkpoint files: step-000001000.safetensors, and -2 and so on for a step saved again.
/// </summary>
internal static partial class CheckpointName
{
    private const string Beginning = "step-";
    private const string TemporaryEnding = ".tmp";

    /// <summary>A name for a step that no file in the folder has.</summary>
    /// <remarks>
    /// A step that is saved again gets a new name: until the store knows the new file, the old one is what its checksum
    /// says.
    /// </remarks>
    public static string Free(string folder, long step)
    {
        for (int attempt = 1; ; attempt++)
        {
            string again = attempt == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{attempt}");
            string name = string.Create(CultureInfo.InvariantCulture, $"step-{step:D9}{again}.safetensors");
            if (!File.Exists(Path.Combine(folder, name)))
            {
                return name;
            }
        }
    }

    /// <summary>The name under which a file grows.</summary>
    public static string Temporary(string name) => name + TemporaryEnding;

    /// <summary>Whether a file of this name is still growing.</summary>
    public static bool IsTemporary(string name) => name.EndsWith(TemporaryEnding, StringComparison.Ordinal);

    /// <summary>Whether a file of this name is ours to delete.</summary>
    public static bool IsOurs(string name) =>
        Pattern().IsMatch(name)
        || (name.EndsWith(TemporaryEnding, StringComparison.Ordinal)
            && Pattern().IsMatch(name[..^TemporaryEnding.Length]));

    /// <summary>The step of a checkpoint file, whole or growing; null for a file that is not ours.</summary>
    public static long? StepOf(string name) =>
        IsOurs(name) && long.TryParse(name.AsSpan(Beginning.Length, name.AsSpan(Beginning.Length).IndexOfAny('-', '.')),
            NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            ? step
            : null;

    /// <summary>Refuses a name out of the store that could lead out of its folder.</summary>
    public static string Require(string name) => Pattern().IsMatch(name)
        ? name
        : throw new RunFormatException(
            $"The store names a checkpoint file '{name}', which is none of ours: it was changed by hand. Put back a "
            + "copy of the store.");

    [GeneratedRegex(@"\Astep-[0-9]{9,19}(-[0-9]{1,9})?\.safetensors\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
