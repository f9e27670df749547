using System.Runtime.CompilerServices;
using Backflow.Telemetry;

namespace Backflow.Training.Tasks;

/// <summary>The checks that every way to cut windows shares.</summary>
internal static class WindowGuard
{
    /// <summary>Checks that tokens fill at least one window and the target behind its last input.</summary>
    public static void HoldsOneWindow(int tokenCount, int batchSize, int sequenceLength, int neededTokens)
    {
        if (tokenCount < neededTokens)
        {
            throw new ExperimentException(
                $"The text is too short: {NumberText.Count(tokenCount)} characters, but batch size {batchSize} and "
                + $"sequence length {sequenceLength} need {NumberText.Count(neededTokens)}.",
                $"Use a longer text, or a smaller {nameof(TextCorpusOptions.SequenceLength):setting} or "
                    + $"{nameof(TextCorpusOptions.BatchSize):setting}.");
        }
    }

    /// <summary>Checks the shape of a caller's buffer.</summary>
    public static void HasShape(
        ReadOnlySpan<int> buffer,
        int sequenceLength,
        int batchSize,
        [CallerArgumentExpression(nameof(buffer))] string name = "")
    {
        if (buffer.Length != sequenceLength * batchSize)
        {
            throw new ArgumentException(
                $"{name} has {buffer.Length} elements; expected [T, B] = [{sequenceLength}, {batchSize}] = "
                + $"{sequenceLength * batchSize}.",
                name);
        }
    }
}
