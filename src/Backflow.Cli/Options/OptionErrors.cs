using System.Globalization;

namespace Backflow.Cli.Options;

/// <summary>Sentences about options that are the same for every one.</summary>
internal static class OptionErrors
{
    public static string GivenAgain(string name, int times) =>
        string.Create(CultureInfo.InvariantCulture, $"{name} was given {times} times; give it once.");

    public static string WithoutValue(string name) => $"{name} needs a value.";

    public static string TakesNoValue(string name) => $"{name} takes no value.";
}
