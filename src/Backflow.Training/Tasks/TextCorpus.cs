using Backflow.Telemetry;

namespace Backflow.Training.Tasks;

/// <summary>The characters of a text as tokens: the first part to train on, the rest to validate on.</summary>
/// <remarks>
/// A character is a Unicode scalar value. The split is contiguous and nothing is shuffled, so that validation loss
/// means "text that comes later", as in the published results on Tiny Shakespeare. Line ends stay as they are: a text
/// with CRLF teaches the model to write CRLF.
/// </remarks>
public sealed class TextCorpus
{
    private readonly ReadOnlyMemory<int> _tokens;
    private readonly int _trainingLength;

    private TextCorpus(string name, Vocabulary vocabulary, ReadOnlyMemory<int> tokens, int trainingLength)
    {
        Name = name;
        Vocabulary = vocabulary;
        _tokens = tokens;
        _trainingLength = trainingLength;
    }

    /// <summary>What the text is called, such as its file name.</summary>
    public string Name { get; }

    /// <summary>The characters of the training part, and U+FFFD if it was asked for.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The number of characters in both parts.</summary>
    public int CharacterCount => _tokens.Length;

    /// <summary>The tokens to train on: ⌊fraction · characters⌋ of them, from the start.</summary>
    public ReadOnlyMemory<int> Training => _tokens[.._trainingLength];

    /// <summary>The tokens after <see cref="Training"/>; empty if the training fraction is 1.</summary>
    public ReadOnlyMemory<int> Validation => _tokens[_trainingLength..];

    /// <summary>
    /// <see cref="Validation"/> behind the last training token, which is read and never predicted, so that every
    /// validation character is predicted exactly once: the first one from the character before it. Empty if the
    /// training fraction is 1.
    /// </summary>
    public ReadOnlyMemory<int> ValidationWithContext =>
        _trainingLength == _tokens.Length ? ReadOnlyMemory<int>.Empty : _tokens[(_trainingLength - 1)..];

    /// <summary>Makes a corpus of a text in memory.</summary>
    /// <param name="name">What the text is called; errors start with it.</param>
    /// <param name="text">Any text that is long enough for one window of each part.</param>
    /// <param name="options">How to make it; the defaults if null.</param>
    /// <returns>The corpus.</returns>
    /// <exception cref="ExperimentException">The text or an option does not allow it.</exception>
    public static TextCorpus FromText(string name, string text, TextCorpusOptions? options = null)
    {
        options ??= new TextCorpusOptions();
        options.Validate();
        return FromCodePoints(name, CodePoints.FromString(text, $"'{name}'"), options);
    }

    /// <summary>Makes a corpus of a UTF-8 file; a byte order mark is dropped.</summary>
    /// <param name="path">The file: 1 byte to 1 GB. The corpus is called by its file name.</param>
    /// <param name="options">How to make it; the defaults if null.</param>
    /// <returns>The corpus.</returns>
    /// <exception cref="ExperimentException">The file, its text or an option does not allow it.</exception>
    public static TextCorpus Load(string path, TextCorpusOptions? options = null)
    {
        options ??= new TextCorpusOptions();
        options.Validate();
        byte[] bytes = TextFile.Read(path);
        return FromCodePoints(Path.GetFileName(path), CodePoints.FromUtf8(bytes, $"'{path}'"), options);
    }

    // Takes the array over: code points become tokens in place, since a text may fill half of the memory.
    private static TextCorpus FromCodePoints(string name, int[] codePoints, TextCorpusOptions options)
    {
        if (codePoints.Length == 0)
        {
            throw new ExperimentException($"'{name}' is empty.", "Give a text with some characters in it.");
        }

        int trainingLength = TrainingLength(codePoints.Length, options.TrainingFraction);
        CheckLength(name, codePoints.Length, trainingLength, options);

        Span<int> training = codePoints.AsSpan(0, trainingLength);
        Span<int> validation = codePoints.AsSpan(trainingLength);
        Vocabulary vocabulary = options.Vocabulary ?? Vocabulary.FromCodePoints(training, options.UsesUnknownSymbol);
        string known = options.Vocabulary is null ? "its training part" : "the model's vocabulary";
        vocabulary.EncodeInPlace(training, $"The training part of '{name}'", known);
        vocabulary.EncodeInPlace(validation, $"The validation part of '{name}'", known);
        return new TextCorpus(name, vocabulary, codePoints, trainingLength);
    }

    // Decimal, because 0.29 · 100 is 28.999… in binary.
    private static int TrainingLength(int characters, double fraction) =>
        (int)decimal.Floor(characters * (decimal)fraction);

    private static void CheckLength(string name, int characters, int trainingLength, TextCorpusOptions options)
    {
        long needed = ((long)options.BatchSize * options.SequenceLength) + 1;
        if (trainingLength < needed)
        {
            throw new ExperimentException(
                $"'{name}' is too short: it has {NumberText.Count(characters)} characters, of which "
                + $"{NumberText.Count(trainingLength)} are for training; batch size {options.BatchSize} and sequence "
                + $"length {options.SequenceLength} need {NumberText.Count(needed)}.",
                $"Use a longer text, or a smaller {nameof(TextCorpusOptions.SequenceLength):setting} or "
                    + $"{nameof(TextCorpusOptions.BatchSize):setting}.");
        }
    }
}
