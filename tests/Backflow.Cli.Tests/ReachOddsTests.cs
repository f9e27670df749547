using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Backflow.Cli.Tests;

/// <summary>
/// The odds that horizon-too-short tells are those of the recorded networks, counted here as bench/warnings.py does.
/// </summary>
public sealed partial class ReachOddsTests
{
    private const double Share = 0.2;

    [Theory]
    [InlineData(false, "without")]
    [InlineData(true, "with")]
    public void Rule_TellsTheOddsThatWereRecorded(bool isGated, string word)
    {
        Network[] alike = [.. Networks().Where(one => one.IsGated == isGated && one.FirstReach < Share * one.Needed)];
        int learnt = alike.Count(static one => one.Learnt);
        string rule = File.ReadAllText(Path.Combine(
            RepositoryRoot.Path, "src", "Backflow.Telemetry", "Verdicts", "Rules", "HorizonTooShort.cs"));
        Match told = Odds().Matches(rule).Single(match => match.Groups["word"].Value == word);
        Assert.Equal(
            (alike.Length.ToString(CultureInfo.InvariantCulture), learnt == 0 ? "none" : $"{learnt}"),
            (told.Groups["all"].Value, told.Groups["learnt"].Value));
    }

    private static IEnumerable<Network> Networks() =>
        Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "bench", "results"), "reach-seed*.csv")
            .Where(static path => !path.EndsWith("reach-seed-21.csv", StringComparison.Ordinal))
            .SelectMany(static path => Read(File.ReadAllLines(path)));

    // Seed 21 has no trace of every 50 steps.
    private static IEnumerable<Network> Read(string[] lines)
    {
        string[] names = lines[0].Split(';');
        foreach (string[] cells in lines.Skip(1).Select(static line => line.Split(';')))
        {
            string Value(string name) => cells[Array.IndexOf(names, name)];
            int lag = int.Parse(Value("dependency"), CultureInfo.InvariantCulture);
            int needed = Value("task").StartsWith("brackets", StringComparison.Ordinal) ? (int)(0.8 * lag) : lag;
            string[][] points = [.. Value("trace").Split(' ').Select(static point => point.Split('/'))];
            string reach = points[0][0];
            yield return new Network(
                Value("cell") != "rnn",
                needed,
                reach.StartsWith('x') ? double.PositiveInfinity : double.Parse(reach, CultureInfo.InvariantCulture),
                points.Any(point => int.Parse(point[1], CultureInfo.InvariantCulture) >= 0.5 * needed));
        }
    }

    [GeneratedRegex("Of (?<all>[0-9]+) networks (?<word>with|without) gates .*?, (?<learnt>none|[0-9]+) learnt")]
    private static partial Regex Odds();

    private sealed record Network(bool IsGated, int Needed, double FirstReach, bool Learnt);
}
