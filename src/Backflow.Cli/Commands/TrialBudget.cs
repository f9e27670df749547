using System.Globalization;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>How long a diagnosis may try remedies, and the command that gives it longer.</summary>
/// <param name="Text">As it was typed: a number with s, m or h, or 0.</param>
/// <param name="Time">The time that the text says.</param>
internal sealed record TrialBudget(string Text, TimeSpan Time)
{
    private const string Name = "Budget";
    private const string Option = "--budget";

    /// <summary>A diagnosis in which time was short is given so many times as much.</summary>
    private const double Factor = 4;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Reads a budget.</summary>
    /// <param name="text">Such as 90s, 2m, 1h or 0.</param>
    /// <exception cref="ExperimentException">It is no time, or a day and more.</exception>
    public static TrialBudget Read(string text)
    {
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        string number = unit > 0 ? text[..^1] : text;
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && (unit > 0 || value == 0) && value * unit < Longest.TotalSeconds
            ? new TrialBudget(text, TimeSpan.FromSeconds(value * unit))
            : throw new ExperimentException(
                $"{Name:setting} must be a time such as 90s, 2m or 1h, below a day, got '{text}'.",
                new Setting(Name, "2m"));
    }

    /// <summary>The command that was typed, with a larger budget.</summary>
    /// <param name="typed">The command, quoted for a shell.</param>
    /// <returns>A command that a shell reads as it stands; null where no larger budget is allowed, or none was
    /// wanted.</returns>
    public string? Enlarge(string typed)
    {
        if (Time == TimeSpan.Zero || Factor * Time >= Longest)
        {
            return null;
        }

        double number = Factor * double.Parse(Text[..^1], CultureInfo.InvariantCulture);
        List<string> words = [.. PosixShell.Words(typed)];
        int at = words.FindIndex(static word => word == Option || IsJoined(word));
        if (at >= 0)
        {
            words.RemoveRange(at, IsJoined(words[at]) ? 1 : 2);
        }

        return PosixShell.Quote([.. words, Option, number.ToString(CultureInfo.InvariantCulture) + Text[^1]]);
    }

    // An option and its value in one word, as the command line allows.
    private static bool IsJoined(string word) =>
        word.StartsWith(Option, StringComparison.Ordinal) && word[Option.Length..] is ['=' or ':', ..];
}
