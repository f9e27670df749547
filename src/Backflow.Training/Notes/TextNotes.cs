using Backflow.Telemetry;

namespace Backflow.Training.Notes;

/// <summary>What a run on a text leaves undone.</summary>
internal static class TextNotes
{
    /// <summary>From this share of the training part on, what no epoch reads is said.</summary>
    private const double UnreadShare = 0.05;

    /// <summary>The notes of a text.</summary>
    public static IEnumerable<RunNote> Of(TextData data, TrainingConfiguration configuration)
    {
        if (data.Corpus.IsReadOnce)
        {
            yield return new RunNote(
                "Text from a pipe",
                "The text came through a pipe or a device, which cannot be read again. To resume this run, keep the "
                + "text in a file and name the file then.");
        }

        long length = data.Corpus.Training.Length;
        long unread = Unread(length, configuration.BatchSize, configuration.SequenceLength);
        if (configuration.CarryState && unread >= UnreadShare * length)
        {
            yield return new RunNote(
                "Text not read",
                $"The last {NumberText.Count(unread)} of {NumberText.Count(length)} training characters "
                + $"({NumberText.Share((double)unread / length)}) are never read: windows of "
                + $"{configuration.BatchSize} × {configuration.SequenceLength} characters do not fit in once "
                + $"more.{Remedy(length, configuration)}");
        }
    }

    // Of N tokens, the first is read and never predicted; the rest fills windows of B·T.
    private static long Unread(long length, int batchSize, int sequenceLength) =>
        (length - 1) % ((long)batchSize * sequenceLength);

    private static string Remedy(long length, TrainingConfiguration configuration)
    {
        for (int batch = configuration.BatchSize - 1; batch >= 1; batch--)
        {
            long unread = Unread(length, batch, configuration.SequenceLength);
            if (unread < UnreadShare * length)
            {
                return $" A batch of {batch} leaves out {NumberText.Share((double)unread / length)}.";
            }
        }

        return string.Empty;
    }
}
