using System.Text;
using Backflow.Training;

namespace Backflow.Cli.Options;

/// <summary>The name of a setting on the command line.</summary>
internal static class OptionNames
{
    // Where a command of its own asks for a property under another name than its words.
    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["ComparedCells"] = "cells",
    };

    /// <summary>An option's name with its dashes.</summary>
    /// <param name="name">The name without dashes.</param>
    /// <returns>Such as --seed; one letter has one dash.</returns>
    public static string Dashed(string name) => name.Length == 1 ? $"-{name}" : $"--{name}";

    /// <summary>The option of a property.</summary>
    /// <param name="property">The property of a configuration, or of the options of another command.</param>
    /// <returns>Such as --learning-rate.</returns>
    public static string OfProperty(string property) => Dashed(
        TrainingOptions.OfProperty(property)?.Name
        ?? (Others.TryGetValue(property, out string? name) ? name : Kebab(property)));

    private static string Kebab(string property)
    {
        StringBuilder name = new();
        foreach (char c in property)
        {
            if (char.IsAsciiLetterUpper(c) && name.Length > 0)
            {
                name.Append('-');
            }

            name.Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }
}
