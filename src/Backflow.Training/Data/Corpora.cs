using Backflow.Engine;
using Backflow.Training.Tasks;

namespace Backflow.Training;

/// <summary>The text that a configuration asks for.</summary>
internal static class Corpora
{
    public static TextCorpus Load(TrainingConfiguration configuration) =>
        WaitFor(configuration, CancellationToken.None);

    public static TextCorpus WaitFor(TrainingConfiguration configuration, CancellationToken cancellation)
    {
        TextCorpusOptions options = new()
        {
            UsesUnknownSymbol = configuration.UnknownSymbol,
            Vocabulary = configuration.Characters is string known ? Vocabulary.Deserialize(known) : null,
            BatchSize = configuration.BatchSize,
            SequenceLength = configuration.SequenceLength,
        };
        if (configuration.TextPath is string path)
        {
            return TextCorpus.WaitFor(path, options, cancellation);
        }

        SplittableRandom random = new SplittableRandom(configuration.Seed).Split("sentences");
        string text = new AgreementGrammar().GenerateText(configuration.SentenceCharacters, random);
        return TextCorpus.FromText("generated sentences", text, options);
    }
}
