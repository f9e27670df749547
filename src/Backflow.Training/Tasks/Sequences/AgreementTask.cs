using Backflow.Engine;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>Subject–verb agreement: the words before the verb are read, the verb's number is asked for.</summary>
/// <remarks>
/// Linzen, Dupoux &amp; Goldberg 2016, the number-prediction objective, on sentences of <see cref="AgreementGrammar"/>
/// instead of Wikipedia. Words are tokens. A sequence has T words; shorter beginnings have empty words in front, and
/// longer ones are drawn again. Training sentences are the grammar's; for measuring, every noun between is an
/// attractor and nothing but the subject shows the number, and success is reported by the number of attractors, as
/// far as T words have room for them.
/// </remarks>
internal sealed class AgreementTask : SequenceTask
{
    private const int MeasuredPerGroup = 100;

    /// <summary>"The key" …</summary>
    private const int WordsOfSubject = 2;

    /// <summary>… "to the cabinet": the fewest words with one more noun. At least one sentence in a hundred of any
    /// number of nouns has no more.</summary>
    private const int WordsPerAttractor = 3;

    /// <summary>A sentence that fits has been drawn long before: the chance that it has not is below e⁻¹⁰⁰.</summary>
    private const int MostDraws = 10_000;

    private readonly int _length;
    private readonly AgreementGrammar _grammar = new();

    public AgreementTask(int length)
    {
        _length = length;
        Shape = new TaskShape
        {
            SequenceLength = length,
            VocabularySize = WordIndex.OfGrammar.Count,
            OutputSize = 2,
            HeadPosition = HeadPosition.LastTimestep,
        };
    }

    public override TaskShape Shape { get; }

    public override int DependencyLength => Dependencies.Longest;

    public override TaskBaselines Baselines { get; } = new(0.5, Math.Log(2), 0.5);

    public override string SuccessMeasure => "verbs given the right number";

    public override int GroupCount => 1 + Math.Min(
        AgreementGrammar.MaximumInterveningNouns, (_length - WordsOfSubject) / WordsPerAttractor);

    public override int ValidationCount => MeasuredPerGroup * GroupCount;

    protected override void Write(SplittableRandom random, int row, TaskBatch batch) =>
        AgreementSequence.Write(DrawFitting(() => _grammar.Next(random)), row, batch);

    protected override void WriteForMeasuring(int number, SplittableRandom random, int row, TaskBatch batch) =>
        AgreementSequence.Write(
            DrawFitting(() => _grammar.NextWithAttractors(number % GroupCount, random)), row, batch);

    private AgreementSentence DrawFitting(Func<AgreementSentence> draw)
    {
        for (int i = 0; i < MostDraws; i++)
        {
            AgreementSentence sentence = draw();
            if (sentence.VerbIndex <= _length)
            {
                return sentence;
            }
        }

        throw new InvalidOperationException(
            $"None of {MostDraws} sentences has at most {_length} words before the verb.");
    }
}
