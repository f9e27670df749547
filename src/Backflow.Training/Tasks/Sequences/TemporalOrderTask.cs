using Backflow.Engine;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>Temporal order: in which order did the few X and Y come, among many distractors?</summary>
/// <remarks>
/// Hochreiter &amp; Schmidhuber 1997, experiments 6a (two relevant symbols, four classes) and 6b (three, eight
/// classes). A sequence begins with E, ends with B, and has a, b, c or d elsewhere. Their lengths of 100 to 110 are one
/// length T here, and their places 10–20 and 50–60 (6a), 10–20, 33–43 and 66–76 (6b) are the same shares of T.
/// </remarks>
internal sealed class TemporalOrderTask(int length, int symbols) : SequenceTask
{
    public const int Distractors = 4;
    public const int FirstRelevant = 4;
    public const int Start = 6;
    public const int End = 7;

    private static readonly double[] TwoPlaces = [0.10, 0.50];
    private static readonly double[] ThreePlaces = [0.10, 0.33, 0.66];
    private const double PlaceWidth = 0.10;

    private readonly double[] _places = symbols == 2 ? TwoPlaces : ThreePlaces;

    public override TaskShape Shape { get; } = new()
    {
        SequenceLength = length,
        VocabularySize = 8,
        OutputSize = 1 << symbols,
        HeadPosition = HeadPosition.LastTimestep,
    };

    public override int DependencyLength => length - 1 - FirstOf(0);

    public override TaskBaselines Baselines { get; } =
        new(1.0 / (1 << symbols), symbols * Math.Log(2), 1.0 / (1 << symbols));

    public override string SuccessMeasure => "orders recognised";

    protected override void Write(SplittableRandom random, int row, TaskBatch batch)
    {
        for (int t = 0; t < length; t++)
        {
            batch.SetToken(t, row, random.NextInt32(Distractors));
        }

        batch.SetToken(0, row, Start);
        batch.SetToken(length - 1, row, End);
        int target = 0;
        for (int i = 0; i < symbols; i++)
        {
            int symbol = random.NextInt32(2);
            target = (2 * target) + symbol;
            int place = FirstOf(i) + random.NextInt32(Width);
            batch.SetToken(place, row, FirstRelevant + symbol);
            if (i == 0)
            {
                batch.SetDependency(row, length - 1 - place);
            }
        }

        batch.SetTarget(0, row, target);
    }

    private int Width => Math.Max(1, (int)(PlaceWidth * length));

    private int FirstOf(int place) => (int)(_places[place] * length);
}
