using Backflow.Engine;

namespace Backflow.Training.Tasks.Agreement;

/// <summary>The adverbs that stand before a verb and after "is" or "are": "often chases", "is often angry".</summary>
internal static class FrequencyAdverbs
{
    private static readonly string[] Words = "always never often rarely sometimes still usually".Split(' ');

    /// <summary>Draws one.</summary>
    /// <param name="random">The generator.</param>
    /// <returns>The adverb.</returns>
    public static string Draw(SplittableRandom random) => Words[random.NextInt32(Words.Length)];
}
