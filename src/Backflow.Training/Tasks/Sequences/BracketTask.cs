using Backflow.Engine;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>Bracket matching: which kind of bracket closes next?</summary>
/// <remarks>
/// The generalised Dyck language of Bernardy 2018, "Can recurrent neural networks learn nested recursion?": balanced
/// brackets of K kinds. Before every closing bracket its kind is asked for; one directly behind its opening bracket
/// can be read off the input and does not count, so a memoryless model is right once in K. Variant: a fixed length,
/// and a fair coin decides between opening and closing wherever both are possible.
/// </remarks>
internal sealed class BracketTask(int length, int kinds, int depth) : SequenceTask
{
    public override TaskShape Shape { get; } = new()
    {
        SequenceLength = length,
        VocabularySize = 2 * kinds,
        OutputSize = kinds,
        HeadPosition = HeadPosition.EveryTimestep,
    };

    public override int DependencyLength => length - 2;

    public override TaskBaselines Baselines { get; } = new(1.0 / kinds, Math.Log(kinds), 1.0 / kinds);

    public override string SuccessMeasure => "closing brackets foretold";

    protected override void Write(SplittableRandom random, int row, TaskBatch batch)
    {
        Stack<(int Kind, int Place)> open = new(depth);
        bool isNested;
        do
        {
            isNested = WriteOnce(random, row, batch, open);
        }
        while (!isNested);
    }

    // False for ()()(): nothing in it would count.
    private bool WriteOnce(SplittableRandom random, int row, TaskBatch batch, Stack<(int Kind, int Place)> open)
    {
        bool isNested = false;
        bool wasOpening = false;
        for (int t = 0; t < length; t++)
        {
            batch.SetTarget(t, row, TaskBatch.Ignored);
            bool mustOpen = open.Count == 0;
            bool mustClose = open.Count == depth || open.Count == length - t;
            if (mustOpen || (!mustClose && random.NextInt32(2) == 0))
            {
                open.Push((random.NextInt32(kinds), t));
                batch.SetToken(t, row, open.Peek().Kind);
                wasOpening = true;
                continue;
            }

            (int kind, int place) = open.Pop();
            batch.SetToken(t, row, kinds + kind);
            if (!wasOpening)
            {
                batch.SetTarget(t - 1, row, kind);
                batch.SetDependency(row, t - 1 - place);
                isNested = true;
            }

            wasOpening = false;
        }

        return isNested;
    }
}
