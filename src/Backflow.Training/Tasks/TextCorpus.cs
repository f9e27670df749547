using Backflow.Telemetry;
using Backflow.Training.Texts;

namespace Backflow.Training.Tasks;

/// <summary>The characters of a text as tokens: the first part to train on, the rest to validate on.</summary>
/// <remarks>
/// A character is a Unicode scalar value. The split is contiguous and nothing is shuffled, so that validation loss
/// means "text that comes later", as in the published results on Tiny Shakespeare. Line ends stay as they are: a text
/// with CRLF teaches the model to write CRLF.
/// </remarks>
public sealed class TextCorpus
{
    private readonly TokenSequence _tokens;
    private readonly int _trainingLength;

    private TextCorpus(string name, Vocabulary vocabulary, TokenSequence tokens, int trainingLength)
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

    /// <summary>Whether the text came through a pipe or a device, which cannot be read again.</summary>
    internal bool IsReadOnce { get; private set; }

    /// <summary>The number of characters in both parts.</summary>
    public int CharacterCount => _tokens.Length;

    /// <summary>The tokens to train on: ⌊fraction · characters⌋ of them, from the start.</summary>
    public TokenSequence Training => _tokens[.._trainingLength];

    /// <summary>The tokens after <see cref="Training"/>; empty if the training fraction is 1.</summary>
    public TokenSequence Validation => _tokens[_trainingLength..];

    /// <summary>
    /// <see cref="Validation"/> behind the last training token, which is read and never predicted, so that every
    /// validation character is predicted exactly once: the first one from the character before it. Empty if the
    /// training fraction is 1.
    /// </summary>
    public TokenSequence ValidationWithContext =>
        _trainingLength == _tokens.Length ? Validation : _tokens[(_trainingLength - 1)..];

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
        int[] codePoints = CodePoints.FromString(text, $"'{name}'");
        return Make(name, () => ReaderOf(codePoints), options);
    }

    /// <summary>Makes a corpus of a UTF-8 file; a byte order mark is dropped.</summary>
    /// <param name="path">The file: 1 byte to 1 GB. The corpus is called by its file name.</param>
    /// <param name="options">How to make it; the defaults if null.</param>
    /// <returns>The corpus.</returns>
    /// <exception cref="ExperimentException">The file, its text or an option does not allow it.</exception>
    public static TextCorpus Load(string path, TextCorpusOptions? options = null) =>
        WaitFor(path, options ?? new TextCorpusOptions(), CancellationToken.None);

    /// <summary>Makes a corpus of a UTF-8 file that may be a pipe, and waited for.</summary>
    internal static TextCorpus WaitFor(string path, TextCorpusOptions options, CancellationToken cancellation)
    {
        options.Validate();
        using TextFile file = TextFile.WaitFor(path, TextFile.MaximumBytes, cancellation);
        TextCorpus corpus = Make(Path.GetFileName(path), () => new Utf8Reader(file).Read, options, path);
        corpus.IsReadOnce = file.IsReadOnce;
        return corpus;
    }

    // Read twice: for its characters, and for their tokens.
    private static TextCorpus Make(
        string name, Func<CodePointReader> begin, TextCorpusOptions options, string? path = null)
    {
        TextScan scan = TextScan.Of(begin());
        if (scan.Length == 0)
        {
            throw new ExperimentException(
                $"'{path ?? name}' is empty.", "Give a UTF-8 text with some characters in it.");
        }

        int trainingLength = TrainingLength(scan.Length, options.TrainingFraction);
        CheckLength(name, scan.Length, trainingLength, options);
        Vocabulary vocabulary = options.Vocabulary
            ?? Vocabulary.FromCodePoints(scan.DistinctIn(trainingLength), options.UsesUnknownSymbol);
        string known = options.Vocabulary is null ? "its training part" : "the model's vocabulary";
        TokenSequence tokens = new(scan.Length, vocabulary.Count);
        SortedSet<int> unknownInTraining = [];
        SortedSet<int> unknownInValidation = [];
        int length = 0;
        ulong hash = TextScan.ForEachBlock(begin(), block =>
        {
            int count = Math.Min(block.Length, scan.Length - length);
            int training = Math.Clamp(trainingLength - length, 0, count);
            vocabulary.EncodeInPlace(block[..training], unknownInTraining);
            vocabulary.EncodeInPlace(block[training..count], unknownInValidation);
            tokens.Write(length, block[..count]);
            length += block.Length;
        });
        if (length != scan.Length || hash != scan.Hash)
        {
            throw new ExperimentException(
                $"'{path ?? name}' changed while it was read.", "Wait until it is complete, or train on a copy of it.");
        }

        UnknownCharacters.ThrowIfAny(unknownInTraining, $"The training part of '{name}'", known);
        UnknownCharacters.ThrowIfAny(unknownInValidation, $"The validation part of '{name}'", known);
        return new TextCorpus(name, vocabulary, tokens, trainingLength);
    }

    private static CodePointReader ReaderOf(int[] codePoints)
    {
        int place = 0;
        return block =>
        {
            int count = Math.Min(block.Length, codePoints.Length - place);
            codePoints.AsSpan(place, count).CopyTo(block);
            place += count;
            return count;
        };
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
