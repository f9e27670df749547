using Backflow.Engine;
using Backflow.Tensors;

namespace Backflow.Exchange.Tests;

/// <summary>What the engine computes with a network, in the order of other programs.</summary>
internal static class EngineOutputs
{
    /// <summary>The outputs of the head, or the top states where there is no head.</summary>
    /// <param name="network">With or without embedding and head.</param>
    /// <param name="input">Symbols [B, T], or vectors [B, T, I].</param>
    /// <returns>[B, T′, O], where T′ is 1 for a head on the last timestep.</returns>
    public static float[] Of(RecurrentNetwork network, Tensor input)
    {
        (int batch, int timesteps) = ((int)input.Shape[0], (int)input.Shape[1]);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, timesteps, batch, pool);
        if (network.Options.VocabularySize > 0)
        {
            int[] symbols = [.. input.ToInt64s().Select(static symbol => (int)symbol)];
            Swapped(symbols, batch, timesteps).CopyTo(pass.Tokens);
        }
        else
        {
            pass.SetInput(Swapped(input.ToSingles(), batch, timesteps));
        }

        // Without a target that counts, the head keeps its outputs.
        pass.Head?.Targets.Fill(-1);
        pass.Forward();
        int width = pass.Head?.OutputSize ?? network.Options.TopSize;
        int answers = pass.Head?.Timesteps ?? timesteps;
        float[] outputs = new float[answers * batch * width];
        for (int t = 0; t < answers; t++)
        {
            Span<float> rows = outputs.AsSpan(t * batch * width, batch * width);
            if (pass.Head is null)
            {
                pass.Layers[^1].Hidden(t).CopyTo(rows);
            }
            else
            {
                pass.Head.GetOutputs(t, rows);
            }
        }

        return Swapped(outputs, answers, batch);
    }

    /// <summary>Compares outputs with those of another program.</summary>
    /// <param name="expected">What the other program computed.</param>
    /// <param name="actual">What the engine computed.</param>
    /// <param name="tolerance">The largest difference.</param>
    public static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance, $"position {i}: {actual[i]:R} beside {expected[i]:R}");
        }
    }

    /// <summary>[M, N, F] as [N, M, F].</summary>
    private static T[] Swapped<T>(T[] values, int outer, int inner)
    {
        int width = values.Length / (outer * inner);
        T[] swapped = new T[values.Length];
        for (int i = 0; i < outer; i++)
        {
            for (int j = 0; j < inner; j++)
            {
                values.AsSpan(((i * inner) + j) * width, width).CopyTo(swapped.AsSpan(((j * outer) + i) * width));
            }
        }

        return swapped;
    }
}
