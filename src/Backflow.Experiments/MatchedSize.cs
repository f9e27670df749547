namespace Backflow.Experiments;

/// <summary>The hidden size with which a network has a given number of parameters.</summary>
internal static class MatchedSize
{
    /// <summary>Finds the hidden size nearest to a number of parameters; of two as near, the larger.</summary>
    /// <param name="countOf">The parameters of a hidden size, which grow with it.</param>
    /// <param name="parameters">The number to come near to.</param>
    /// <returns>A hidden size, at least 1.</returns>
    public static int Nearest(Func<int, long> countOf, long parameters)
    {
        // The first size that reaches the number, or the one below it.
        int low = 0;
        int high = 1;
        while (countOf(high) < parameters)
        {
            low = high;
            high *= 2;
        }

        while (high - low > 1)
        {
            int middle = low + ((high - low) / 2);
            if (countOf(middle) < parameters)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        int below = Math.Max(1, low);
        return countOf(high) - parameters <= parameters - countOf(below) ? high : below;
    }
}
