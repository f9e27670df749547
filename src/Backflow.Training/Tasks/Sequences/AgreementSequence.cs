namespace Backflow.Training.Tasks.Sequences;

/// <summary>A sentence as the agreement task reads it: the words before the verb, then the question for its
/// number.</summary>
public static class AgreementSequence
{
    /// <summary>Writes a sentence into a batch, with the number of the subject as the target.</summary>
    /// <param name="sentence">Of its beginning, the last T words are read; a shorter one has empty words in
    /// front.</param>
    /// <param name="row">The sequence, from 0 to B − 1.</param>
    /// <param name="batch">A batch of the agreement task's shape; this row is overwritten.</param>
    public static void Write(AgreementSentence sentence, int row, TaskBatch batch)
    {
        int length = batch.Shape.SequenceLength;
        int empty = length - sentence.VerbIndex;
        for (int t = 0; t < length; t++)
        {
            batch.SetToken(
                t, row, t < empty ? WordIndex.Empty : WordIndex.OfGrammar.IndexOf(sentence.Words[t - empty]));
        }

        batch.SetTarget(0, row, (int)sentence.SubjectNumber);
        batch.SetGroup(row, sentence.AttractorCount);
        batch.SetDependency(row, Math.Min(sentence.VerbIndex - 1 - sentence.SubjectIndex, length - 1));
    }
}
