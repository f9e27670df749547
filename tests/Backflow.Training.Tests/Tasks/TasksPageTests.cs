using System.Globalization;
using System.Text;
using Backflow.Engine;
using Backflow.Training.Tasks;
using Xunit;

namespace Backflow.Training.Tests.Tasks;

/// <summary>Compares docs/tasks.md with what the code generates.</summary>
public sealed class TasksPageTests
{
    [Fact]
    public void Page_TrainingSample_IsWhatTheGrammarGenerates()
    {
        AgreementGrammar grammar = new();
        SplittableRandom random = new(seed: 3);
        StringBuilder block = new("```text\n");
        for (int i = 0; i < 12; i++)
        {
            block.Append(grammar.Next(random).Text).Append('\n');
        }

        Assert.Contains(block.Append("```\n").ToString(), ReadPage(), StringComparison.Ordinal);
    }

    [Fact]
    public void Page_MeasuringSample_IsWhatTheGrammarGenerates()
    {
        AgreementGrammar grammar = new();
        SplittableRandom random = new(seed: 4);
        StringBuilder block = new("```text\n");
        for (int attractors = 0; attractors <= AgreementGrammar.MaximumInterveningNouns; attractors++)
        {
            AgreementSentence sentence = grammar.NextWithAttractors(attractors, random);
            block.Append(
                CultureInfo.InvariantCulture,
                $"{attractors}  {sentence.Prefix}[{sentence.Verb}, not {sentence.WrongVerb}]\n");
        }

        Assert.Contains(block.Append("```\n").ToString(), ReadPage(), StringComparison.Ordinal);
    }

    private static string ReadPage() => File
        .ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "tasks.md"))
        .ReplaceLineEndings("\n");
}
