using Backflow.Engine;

namespace Backflow.Experiments.Tasks.Sequences;

/// <summary>Subject–verb agreement: the words before the verb are read, the verb's number is asked for.</summary>
/// <remarks>
/// Linzen, Dupoux &amp; Goldberg 2016, the number-prediction objective, on sentences of <see cref="AgreementGrammar"/>
/// instead of Wikipedia. Words are tokens. A sequence has T words; shorter beginnings have empty words in front, and
/// longer ones are drawn again. Training sentences are the grammar's; for measuring, every noun between is an
/// attractor and nothing but the subject shows the number, and success is reported by the number of attractors.
/// </remarks>
internal sealed class AgreementTask : SequenceTask
{
    private const int MeasuredPerGroup = 100;

    private readonly int _length;
    private readonly AgreementGrammar _grammar = new();
    private readonly WordIndex _words = WordIndex.OfGrammar;

    public AgreementTask(int length)
    {
        _length = length;
        Shape = new TaskShape
        {
            SequenceLength = length,
            VocabularySize = _words.Count,
            OutputSize = 2,
            HeadPosition = HeadPosition.LastTimestep,
        };
    }

    public override TaskShape Shape { get; }

    public override int DependencyLength => _length - 1;

    public override TaskBaselines Baselines { get; } = new(0.5, Math.Log(2), 0.5);

    public override string SuccessMeasure => "numbers of the verb";

    public override int GroupCount => AgreementGrammar.MaximumInterveningNouns + 1;

    public override int ValidationCount => MeasuredPerGroup * GroupCount;

    protected override void Write(SplittableRandom random, int row, TaskBatch batch)
    {
        AgreementSentence sentence;
        do
        {
            sentence = _grammar.Next(random);
        }
        while (sentence.VerbIndex > _length);

        Write(sentence, row, batch);
    }

    protected override void WriteForMeasuring(int number, SplittableRandom random, int row, TaskBatch batch)
    {
        AgreementSentence sentence;
        do
        {
            sentence = _grammar.NextWithAttractors(number % GroupCount, random);
        }
        while (sentence.VerbIndex > _length);

        Write(sentence, row, batch);
    }

    /// <summary>Writes one sentence: its words before the verb, with the number of the subject as the target.</summary>
    internal void Write(AgreementSentence sentence, int row, TaskBatch batch)
    {
        int empty = _length - sentence.VerbIndex;
        for (int t = 0; t < _length; t++)
        {
            batch.SetToken(t, row, t < empty ? WordIndex.Empty : _words.IndexOf(sentence.Words[t - empty]));
        }

        batch.SetTarget(0, row, (int)sentence.SubjectNumber);
        batch.SetGroup(row, sentence.AttractorCount);
    }
}
