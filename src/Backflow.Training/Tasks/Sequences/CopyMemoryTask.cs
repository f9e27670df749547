using Backflow.Engine;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>Copy memory: ten symbols, T blanks, then the ten symbols again from memory.</summary>
/// <remarks>
/// Arjovsky, Shah &amp; Bengio 2016, section 5.1, after Hochreiter &amp; Schmidhuber 1997: S symbols of {0, …, 7}, T −
/// 1 blanks, a delimiter, S blanks, T + 2S in all; wanted are T + S blanks, then the symbols. The loss is the mean over
/// all timesteps. A memoryless model knows where the blanks are and guesses the symbols: S·ln 8/(T + 2S).
/// </remarks>
internal sealed class CopyMemoryTask(int lag, int symbols) : SequenceTask
{
    public const int Alphabet = 8;
    public const int Blank = 8;
    public const int Delimiter = 9;

    public override TaskShape Shape { get; } = new()
    {
        SequenceLength = lag + (2 * symbols),
        VocabularySize = Alphabet + 2,
        OutputSize = Alphabet + 1,
        HeadPosition = HeadPosition.EveryTimestep,
    };

    public override int DependencyLength => lag + symbols;

    public override TaskBaselines Baselines { get; } = new(
        1.0 / Alphabet, symbols * Math.Log(Alphabet) / (lag + (2 * symbols)), 1.0 / Alphabet);

    public override string SuccessMeasure => "recalled symbols";

    public override bool CountsForSuccess(int timestep) => timestep >= lag + symbols;

    protected override void Write(SplittableRandom random, int row, TaskBatch batch)
    {
        for (int t = 0; t < Shape.SequenceLength; t++)
        {
            batch.SetToken(t, row, t == lag + symbols - 1 ? Delimiter : Blank);
            batch.SetTarget(t, row, Blank);
        }

        for (int i = 0; i < symbols; i++)
        {
            int symbol = random.NextInt32(Alphabet);
            batch.SetToken(i, row, symbol);
            batch.SetTarget(lag + symbols + i, row, symbol);
        }

        batch.SetDependency(row, DependencyLength);
    }
}
