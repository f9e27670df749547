using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training.Reach;
using Backflow.Training.Tasks;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Training;

/// <summary>The characters of a text: each is predicted from those before it.</summary>
internal sealed class TextData : ITrainingData
{
    private readonly ITokenWindows _windows;
    private readonly ValidationWindows? _validation;
    private readonly bool _carriesState;
    private readonly TextContext?[] _contexts = new TextContext?[2];

    public TextData(TrainingConfiguration configuration, TextCorpus corpus)
    {
        Corpus = corpus;
        _carriesState = configuration.CarryState;
        TaskName = configuration.TextPath is null ? "sentences" : "text";
        Shape = TextShape.Of(configuration, corpus.Vocabulary);
        _windows = configuration.CarryState
            ? new StreamWindows(corpus.Training, configuration.BatchSize, configuration.SequenceLength)
            : new RandomWindows(
                corpus.Training,
                configuration.BatchSize,
                configuration.SequenceLength,
                new SplittableRandom(configuration.Seed).Split("windows"));
        if (corpus.ValidationWithContext.Length >= 2)
        {
            _validation = new ValidationWindows(
                corpus.ValidationWithContext, configuration.BatchSize, configuration.SequenceLength);
        }
    }

    public TextCorpus Corpus { get; }

    public string Description =>
        $"{Corpus.Name}, {NumberText.Count(Corpus.CharacterCount)} characters, "
        + $"{NumberText.Count(Corpus.Vocabulary.Count)} different";

    public string TaskName { get; }

    public string Digest
    {
        get
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            int[] block = new int[1 << 14];
            foreach (TokenSequence part in (ReadOnlySpan<TokenSequence>)[Corpus.Training, Corpus.Validation])
            {
                for (int start = 0; start < part.Length; start += block.Length)
                {
                    Span<int> tokens = block.AsSpan(0, Math.Min(block.Length, part.Length - start));
                    part.CopyTo(start, tokens);
                    hash.AppendData(MemoryMarshal.AsBytes(tokens));
                }
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    public TaskShape Shape { get; }

    public Vocabulary? Vocabulary => Corpus.Vocabulary;

    public SequenceTask? Task => null;

    public long? StepsPerEpoch => _windows.WindowsPerEpoch;

    public bool HasValidation => _validation is not null;

    public void Load(long step, NetworkPass pass)
    {
        if (_windows.ResetsState(step))
        {
            pass.ResetState();
        }
        else
        {
            pass.CarryState();
        }

        _windows.Window(step, pass.Tokens, pass.Head!.Targets);
    }

    public TaskScore Validate(NetworkPass pass, ValidationPart part, CancellationToken cancellation)
    {
        // State is carried from window to window, so the second half begins where the first ends.
        int begin = part == ValidationPart.Confirming ? _validation!.Count / 2 : 0;
        int end = part == ValidationPart.Choosing ? Math.Max(1, _validation!.Count / 2) : _validation!.Count;
        double sum = 0;
        long targets = 0;
        pass.ResetState();
        for (int i = 0; i < end; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (i > 0)
            {
                pass.CarryState();
            }

            int count = _validation.Window(i, pass.Tokens, pass.Head!.Targets);
            pass.Forward();
            if (i >= begin)
            {
                sum += pass.Head.Loss * count;
                targets += count;
            }
        }

        return new TaskScore(sum / targets, double.NaN, []);
    }

    /// <inheritdoc/>
    public bool LoadProbe(NetworkPass pass, int block)
    {
        int window = pass.SequenceLength;

        // Each sequence with a window before it, in which its state grows where training carries states.
        long places = (long)Corpus.Validation.Length - (2L * window);
        if (places <= 0)
        {
            return false;
        }

        pass.ResetState();
        if (_carriesState)
        {
            LoadProbe(pass, block, 0, places);
            pass.Forward();
            pass.CarryState();
        }

        LoadProbe(pass, block, window, places);
        return true;
    }

    /// <inheritdoc/>
    public EffectiveContext? MeasureContext(
        NetworkPass pass, WorkerPool pool, bool isWhole, CancellationToken cancellation)
    {
        // The passes of a measurement belong to one network.
        ref TextContext? context = ref _contexts[isWhole ? 1 : 0];
        if (context?.Network != pass.Network)
        {
            context = TextContext.Create(Corpus.Validation, pass.Network, pool, isWhole);
        }

        return context?.Measure(cancellation);
    }

    // The golden ratio spreads any number of places evenly.
    private void LoadProbe(NetworkPass pass, int block, int offset, long places)
    {
        const double GoldenShare = 0.6180339887498949;
        TokenSequence tokens = Corpus.Validation;
        for (int row = 0; row < pass.BatchSize; row++)
        {
            double share = GoldenShare * ((block * pass.BatchSize) + row);
            int first = (int)((share - Math.Floor(share)) * places) + offset;
            for (int t = 0; t < pass.SequenceLength; t++)
            {
                pass.Tokens[(t * pass.BatchSize) + row] = tokens[first + t];
                pass.Head!.Targets[(t * pass.BatchSize) + row] = tokens[first + t + 1];
            }
        }
    }
}
