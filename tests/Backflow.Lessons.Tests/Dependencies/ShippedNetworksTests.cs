using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Backflow.Lessons.Dependencies;
using Backflow.Tensors;
using Backflow.Training;

namespace Backflow.Lessons.Tests.Dependencies;

/// <summary>The networks that ship, against docs/long-dependencies.md.</summary>
/// <remarks>BACKFLOW_UPDATE_DOCS=1 writes the tables of the page anew.</remarks>
public sealed class ShippedNetworksTests
{
    // Bits differ between vector widths: a sentence or two in a hundred of a distance may turn, and less in a mean.
    private const int ToleranceOfADistance = 3;
    private const int ToleranceOfAMean = 1;

    private const int LargestBytes = 300 * 1024;
    private const string Begin = "<!-- tables: made by ShippedNetworksTests -->";
    private const string End = "<!-- end of tables -->";

    [Fact]
    public void Files_AllTogether_AreSmall()
    {
        string[] names = [.. typeof(DependencyNetworks).Assembly.GetManifestResourceNames()
            .Where(static name => name.EndsWith(".safetensors", StringComparison.Ordinal) && !name.Contains('/'))];
        Assert.Equal(DependencyNetworks.CellNames.Length * (DependencyNetworks.Stages.Length - 1), names.Length);
        Assert.InRange(names.Sum(Length), 1, LargestBytes);

        static long Length(string name)
        {
            using Stream stream = typeof(DependencyNetworks).Assembly.GetManifestResourceStream(name)!;
            return stream.Length;
        }
    }

    [Fact]
    public void Files_OfAllCells_WereTrainedAtLikeConditions()
    {
        foreach (string cell in DependencyNetworks.CellNames)
        {
            foreach (int steps in DependencyNetworks.Stages.Where(static steps => steps > 0))
            {
                SafetensorsFile file = DependencyNetworks.Read(cell, steps);
                Assert.Equal(steps, CheckpointContent.Step(file));
                TrainingConfiguration configuration = CheckpointContent.Configuration(file);
                Assert.Equal([cell], configuration.Cells);
                Assert.Equal(
                    (1UL, 32, 16, 32, 0.003, 1.0),
                    (configuration.Seed, configuration.HiddenSize, configuration.EmbeddingSize,
                        configuration.BatchSize, configuration.LearningRate, configuration.ClipNorm));
                Assert.Equal(cell == "lstm" ? 1.0 : null, configuration.ForgetBias);
            }
        }
    }

    [Fact]
    public void Of_NoStep_IsTheStartOfTheSameTraining()
    {
        float[] begun = [.. DependencyNetworks.Of("rnn", 0).Parameters.Span];
        float[] trained = [.. DependencyNetworks.Of("rnn", 300).Parameters.Span];
        float[] other = [.. DependencyNetworks.Of("rnn", 3000).Parameters.Span];
        Assert.True(Distance(begun, trained) > 0);
        Assert.True(Distance(begun, trained) < Distance(begun, other));

        static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, static (x, y) => (x - y) * (x - y)).Sum());
    }

    [Fact]
    public void Accuracy_OnSentencesThatWereNotTrainedOn_IsWhatThePageSays()
    {
        string path = Page();
        string page = File.ReadAllText(path);
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = page.IndexOf(End, StringComparison.Ordinal);
        string measured = Tables();
        if (Environment.GetEnvironmentVariable("BACKFLOW_UPDATE_DOCS") == "1")
        {
            page = page[..begin] + "\n\n" + measured + "\n" + page[end..];
            File.WriteAllText(path, page);
            end = page.IndexOf(End, StringComparison.Ordinal);
        }

        string[] expected = page[begin..end].Trim().Split('\n');
        string[] lines = measured.Trim().Split('\n');
        Assert.Equal(expected.Length, lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            AssertClose(expected[i], lines[i]);
        }
    }

    [Fact]
    public void GatedCells_After1000Steps_KnowAlmostAllOfThem()
    {
        Assert.All(
            DependencyAccuracy.Kinds,
            static kind => Assert.All(
                (string[])["lstm", "gru"],
                cell => Assert.All(
                    DependencyAccuracy.Measure(DependencyNetworks.Of(cell, 1000), kind),
                    static share => Assert.InRange(share, 0.97, 1))));
    }

    private static string Tables()
    {
        StringBuilder tables = new();
        tables.Append("| cell | steps | ").AppendJoin(" | ", DependencyAccuracy.Kinds).Append(" |\n");
        tables.Append("| --- | --- |").Append(string.Concat(DependencyAccuracy.Kinds.Select(static _ => " --- |")));
        tables.Append('\n');
        foreach (string cell in DependencyNetworks.CellNames)
        {
            foreach (int steps in DependencyNetworks.Stages)
            {
                tables.Append(CultureInfo.InvariantCulture, $"| {cell} | {steps} | ")
                    .AppendJoin(" | ", DependencyAccuracy.Kinds.Select(kind => Percent(Shares(cell, steps, kind))))
                    .Append(" |\n");
            }
        }

        tables.Append("\nThe RNN after 1,000 steps, by distance:\n\n| kind | ");
        tables.AppendJoin(" | ", Enumerable.Range(1, DependencyKinds.Longest)).Append(" |\n| --- |");
        tables.Append(string.Concat(Enumerable.Repeat(" --- |", DependencyKinds.Longest))).Append('\n');
        foreach (string kind in DependencyAccuracy.Kinds)
        {
            ImmutableArray<double> shares = Shares("rnn", 1000, kind);
            tables.Append("| ").Append(kind).Append(" | ");
            tables.AppendJoin(
                " | ",
                Enumerable.Repeat("–", DependencyKinds.Longest - shares.Length)
                    .Concat(shares.Select(static share => Percent([share]))));
            tables.Append(" |\n");
        }

        return tables.ToString();

        static ImmutableArray<double> Shares(string cell, int steps, string kind) =>
            DependencyAccuracy.Measure(DependencyNetworks.Of(cell, steps), kind);

        static string Percent(ImmutableArray<double> shares) =>
            Math.Round(100 * shares.Average()).ToString(CultureInfo.InvariantCulture);
    }

    private static void AssertClose(string expected, string measured)
    {
        string[] fields = measured.Split('|');
        string[] wanted = expected.Split('|');
        Assert.Equal(wanted.Length, fields.Length);
        int tolerance = fields.Length > DependencyKinds.Longest ? ToleranceOfADistance : ToleranceOfAMean;
        for (int i = 0; i < fields.Length; i++)
        {
            bool isClose = int.TryParse(fields[i], CultureInfo.InvariantCulture, out int one)
                && int.TryParse(wanted[i], CultureInfo.InvariantCulture, out int other)
                && Math.Abs(one - other) <= tolerance;
            Assert.True(isClose || fields[i] == wanted[i], $"'{fields[i]}' beside '{wanted[i]}' in {measured}");
        }
    }

    private static string Page() => Path.Combine(RepositoryRoot.Path, "docs", "long-dependencies.md");
}
