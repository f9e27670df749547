using System.Globalization;
using System.Text.RegularExpressions;

namespace Backflow.Samples.Tests;

/// <summary>Every sample runs, prints what its summary promises, and is in the README where that shows one.</summary>
public sealed partial class SamplesTests
{
    [Fact]
    public void TrainAndWatch_Learns_AndShowsTheGradient()
    {
        string output = Run("train-and-watch");
        Assert.Contains("step 200: loss", output, StringComparison.Ordinal);

        // A network that predicts 1 for every sum scores 1/6.
        Assert.InRange(Number(output, @"validation loss ([\d.]+)"), 0, 0.1);
        Assert.Contains("‖∂L/∂h‖ at step", output, StringComparison.Ordinal);
    }

    [Fact]
    public void DiagnoseYourLoop_SimpleRnnOnNoise_FindsTheVanishingGradient()
    {
        string output = Run("diagnose-your-loop");
        Assert.Contains("vanishing gradient in layer 0", output, StringComparison.Ordinal);
        Assert.DoesNotContain("exploding", output, StringComparison.Ordinal);
        Assert.True(
            Number(output, @"([\d.e+-]+) at 0") < 1e-6 && Number(output, @"‖∂L/∂R‖: ([\d.e+-]+)") > 1e-3,
            $"The first timestep vanishes while the weight's own gradient does not: {output}");
    }

    [Fact]
    public void YourOwnTask_Learns() =>
        Assert.InRange(Number(Run("your-own-task"), @"named: (\d+)"), 90, 100);

    [Fact]
    public void YourOwnCell_LearnsMoreThanChance() =>

        // Eight symbols: guessing echoes one in eight.
        Assert.InRange(Number(Run("your-own-cell"), @"echoed: (\d+)"), 50, 100);

    [Fact]
    public void LoadAndGenerate_WritesWords() =>
        Assert.Matches(@"after 400 steps: The [a-z]+ ", Run("load-and-generate"));

    [Fact]
    public void Run_UnknownSample_NamesThoseThatExist()
    {
        Assert.Equal(2, Program.Main(["nothing"]));
    }

    [Fact]
    public void Readme_ShowsSamples_AsTheyAre()
    {
        string readme = File.ReadAllText(Checkout.PathOf("README.md"));
        Match[] shown = [.. Shown().Matches(readme).Cast<Match>()];
        Assert.NotEmpty(shown);
        foreach (Match match in shown)
        {
            string source = File.ReadAllText(Checkout.PathOf("samples", match.Groups["file"].Value));
            Assert.True(
                Outdented(source).Contains(match.Groups["code"].Value.Trim(), StringComparison.Ordinal),
                $"The README shows {match.Groups["file"].Value} otherwise than it is.");
        }
    }

    [GeneratedRegex(@"\(samples/(?<file>\w+\.cs)\)[^`]*```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shown();

    // The body of a method stands at the margin in the README.
    private static string Outdented(string source) => string.Join('\n', source.Split('\n').Select(
        static line => line.StartsWith("        ", StringComparison.Ordinal) ? line[8..] : line));

    private static string Run(string name) =>
        Checkout.Run(
            RepositoryRoot.Path, "dotnet", [Path.Combine(AppContext.BaseDirectory, "Backflow.Samples.dll"), name]);

    private static double Number(string output, string pattern)
    {
        Match match = Regex.Match(output, pattern);
        Assert.True(match.Success, $"'{pattern}' is not in:\n{output}");
        return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
