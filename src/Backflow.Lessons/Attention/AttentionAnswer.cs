using System.Collections.Immutable;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Transcription;

namespace Backflow.Lessons.Attention;

/// <summary>One sequence through four transcribers: what they write and look at, and how far a loss
/// reaches.</summary>
public sealed record AttentionAnswer
{
    /// <summary>Letters of the first symbols: a for 0, b for 1, ….</summary>
    private const char FirstLetter = 'a';

    private const string UsualSentence = "decadefacade";

    private const int Shortest = 2;

    /// <summary>The sequence, a letter for each symbol.</summary>
    public required string Sentence { get; init; }

    /// <summary>Whether the transcribers are trained; otherwise they are as they began.</summary>
    public required bool Trained { get; init; }

    /// <summary>Units of encoder and decoder.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>The four kinds.</summary>
    public required ImmutableArray<AttentionMaps> Systems { get; init; }

    /// <summary>Answers a question.</summary>
    /// <exception cref="ExperimentException">The sentence has other letters, too few or too many.</exception>
    internal static AttentionAnswer Of(QuestionValues values)
    {
        string sentence = values.Text("sentence", UsualSentence);
        bool isTrained = values.Whole("trained", 1, 0, 1) == 1;
        int[] symbols = Symbols(sentence);
        return new AttentionAnswer
        {
            Sentence = sentence,
            Trained = isTrained,
            HiddenSize = RecordedTranscribers.HiddenSize,
            Systems = [.. TranscriptionSystem.All.Select(system => Maps(system, isTrained, symbols))],
        };
    }

    private static AttentionMaps Maps(TranscriptionSystem system, bool isTrained, int[] symbols)
    {
        Transcriber model = RecordedTranscribers.Create(system, isTrained);
        TranscriptionMap map = TranscriptionMap.Measure(model, symbols);
        float[][]? weights = map.Weights();
        return new AttentionMaps(
            system.Name,
            system.Title,
            model.ParameterCount,
            string.Concat(map.Written.Select(static symbol => (char)(FirstLetter + symbol))),
            map.Written.Zip(symbols).Count(static pair => pair.First == pair.Second),
            map.Gradients().Select(static row => row.Select(static norm => (float)norm).ToArray()).ToArray(),
            weights,
            weights?.Select(static row => AttentionEntropy.EffectiveTimesteps(row)).ToArray());
    }

    private static int[] Symbols(string sentence)
    {
        int count = new TranscriberOptions().Symbols;
        int longest = new TranscriptionPlan().LongestLength;
        char last = (char)(FirstLetter + count - 1);
        bool isRead = sentence.Length >= Shortest && sentence.Length <= longest
            && sentence.All(letter => letter >= FirstLetter && letter <= last);
        return isRead
            ? [.. sentence.Select(static letter => letter - FirstLetter)]
            : throw new ExperimentException(
                FormattableString.Invariant(
                    $"'sentence' must be {Shortest} to {longest} letters from {FirstLetter} to {last}."),
                $"sentence={UsualSentence}");
    }
}

/// <summary>What one transcriber does with the sequence.</summary>
/// <param name="Name">As in addresses.</param>
/// <param name="Title">As people read it.</param>
/// <param name="Parameters">Trainable numbers.</param>
/// <param name="Written">What it writes when it reads its own answers.</param>
/// <param name="Right">How many of these letters are right.</param>
/// <param name="Gradients">‖∂L_u/∂xₜ‖ by written letter and timestep of the input.</param>
/// <param name="Weights">α by written letter and timestep; null without attention.</param>
/// <param name="Spread">e to the entropy of each written letter's weights, in timesteps; null without
/// attention.</param>
public sealed record AttentionMaps(
    string Name,
    string Title,
    long Parameters,
    string Written,
    int Right,
    IReadOnlyList<float[]> Gradients,
    IReadOnlyList<float[]>? Weights,
    IReadOnlyList<double>? Spread);
