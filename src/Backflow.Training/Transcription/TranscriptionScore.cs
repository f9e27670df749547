using Backflow.Engine;

namespace Backflow.Training.Transcription;

/// <summary>How well a transcriber copies sequences of one length that it was not trained on.</summary>
/// <param name="Length">Symbols of each sequence, T.</param>
/// <param name="Symbols">The share of symbols that were written right.</param>
/// <param name="Sequences">The share of sequences in which every symbol was.</param>
public readonly record struct TranscriptionScore(int Length, double Symbols, double Sequences)
{
    /// <summary>Sequences of a score, where nothing else is asked for.</summary>
    public const int UsualSequences = 200;

    /// <summary>A seed of sequences that no training has seen: training draws from its own split of its seed.</summary>
    public const ulong UsualSeed = 1_000_003;

    /// <summary>Lets a transcriber write, reading its own answers.</summary>
    /// <param name="model">The parameters.</param>
    /// <param name="length">Symbols of each sequence.</param>
    /// <param name="sequences">How many sequences.</param>
    /// <param name="seed">The seed of the sequences.</param>
    /// <returns>The shares.</returns>
    public static TranscriptionScore Measure(
        Transcriber model, int length, int sequences = UsualSequences, ulong seed = UsualSeed)
    {
        using WorkerPool pool = new(threads: 1);
        TranscriptionPass pass = new(model, length, sequences, pool);
        SplittableRandom random = new SplittableRandom(seed).Split("score").Split((ulong)length);
        TranscriptionTraining.Draw(pass, random);
        int[] written = new int[length * sequences];
        pass.Write(written);
        int rightSymbols = 0;
        int rightSequences = 0;
        for (int sequence = 0; sequence < sequences; sequence++)
        {
            int right = 0;
            for (int t = 0; t < length; t++)
            {
                int place = (t * sequences) + sequence;
                right += written[place] == pass.Symbols[place] ? 1 : 0;
            }

            rightSymbols += right;
            rightSequences += right == length ? 1 : 0;
        }

        return new TranscriptionScore(
            length, (double)rightSymbols / written.Length, (double)rightSequences / sequences);
    }
}
