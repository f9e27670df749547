using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Backflow.Engine;

namespace Backflow.Experiments.Benchmarks;

/// <summary>
/// What a core can do at most: float32 multiply-adds in independent chains that never leave the registers.
/// </summary>
/// <remarks>
/// A core issues up to two multiply-adds per cycle with a latency of four to five cycles, so ten chains keep it busy;
/// twelve chains and two constants fit the sixteen registers of a 256-bit machine. The chains are named locals because
/// arrays of vectors end up in memory.
/// </remarks>
public static class PeakProbe
{
    private const int Chains = 12;
    private const int Rounds = 40_000;
    private const int TileRounds = 100;

    // Each value tends to Offset / (1 − Scale) = 0.1: neither overflow nor a subnormal comes near.
    private const float Scale = 0.999999f;
    private const float Offset = 1e-7f;

    /// <summary>Bits of the widest vector that this processor runs without emulation, which the engine uses.</summary>
    public static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>Probes for about a millisecond.</summary>
    /// <param name="threads">Threads that compute at the same time, at least 1.</param>
    /// <param name="clock">What times it.</param>
    /// <returns>10⁹ floating-point operations per second, summed over the threads; each one times itself.</returns>
    public static double Measure(int threads, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        if (threads == 1)
        {
            return MeasureThread(clock);
        }

        double[] rates = new double[threads];
        using Barrier start = new(threads);
        Thread[] others = new Thread[threads - 1];
        for (int i = 0; i < others.Length; i++)
        {
            int index = i + 1;
            others[i] = new Thread(() =>
            {
                start.SignalAndWait();
                rates[index] = MeasureThread(clock);
            })
            { IsBackground = true };
            others[i].Start();
        }

        start.SignalAndWait();
        rates[0] = MeasureThread(clock);
        foreach (Thread other in others)
        {
            other.Join();
        }

        return rates.Sum();
    }

    /// <summary>Probes products of tiles for about a millisecond, on this thread.</summary>
    /// <param name="clock">What times it.</param>
    /// <returns>10⁹ floating-point operations per second, as a float product counts them.</returns>
    /// <exception cref="InvalidOperationException">There are no tiles.</exception>
    public static double MeasureTiles(TimeProvider clock)
    {
        // The first round assembles the code.
        Amx.Probe(rounds: 1);
        long begin = clock.GetTimestamp();
        double operations = Amx.Probe(TileRounds);
        return operations / Math.Max(clock.GetElapsedTime(begin).TotalSeconds, 1e-9) / 1e9;
    }

    private static double MeasureThread(TimeProvider clock)
    {
        long begin = clock.GetTimestamp();
        float sum = VectorBits switch
        {
            512 => Run<MultiplyAdd512, Vector512<float>>(Rounds),
            256 => Run<MultiplyAdd256, Vector256<float>>(Rounds),
            _ => Run<MultiplyAdd128, Vector128<float>>(Rounds),
        };
        double seconds = clock.GetElapsedTime(begin).TotalSeconds;
        double operations = 2.0 * Chains * Rounds * VectorBits / 32;

        // The sum is used, so that no compiler may leave the chains out.
        return float.IsFinite(sum) ? operations / Math.Max(seconds, 1e-9) / 1e9 : double.NaN;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Run<T, TVector>(int rounds)
        where T : struct, IMultiplyAdd<TVector>
        where TVector : struct
    {
        TVector scale = T.Broadcast(Scale);
        TVector offset = T.Broadcast(Offset);
        TVector c0 = T.Broadcast(1f), c1 = T.Broadcast(2f), c2 = T.Broadcast(3f), c3 = T.Broadcast(4f);
        TVector c4 = T.Broadcast(5f), c5 = T.Broadcast(6f), c6 = T.Broadcast(7f), c7 = T.Broadcast(8f);
        TVector c8 = T.Broadcast(9f), c9 = T.Broadcast(10f), ca = T.Broadcast(11f), cb = T.Broadcast(12f);
        for (int round = 0; round < rounds; round++)
        {
            c0 = T.FusedMultiplyAdd(c0, scale, offset);
            c1 = T.FusedMultiplyAdd(c1, scale, offset);
            c2 = T.FusedMultiplyAdd(c2, scale, offset);
            c3 = T.FusedMultiplyAdd(c3, scale, offset);
            c4 = T.FusedMultiplyAdd(c4, scale, offset);
            c5 = T.FusedMultiplyAdd(c5, scale, offset);
            c6 = T.FusedMultiplyAdd(c6, scale, offset);
            c7 = T.FusedMultiplyAdd(c7, scale, offset);
            c8 = T.FusedMultiplyAdd(c8, scale, offset);
            c9 = T.FusedMultiplyAdd(c9, scale, offset);
            ca = T.FusedMultiplyAdd(ca, scale, offset);
            cb = T.FusedMultiplyAdd(cb, scale, offset);
        }

        return T.Sum(c0) + T.Sum(c1) + T.Sum(c2) + T.Sum(c3) + T.Sum(c4) + T.Sum(c5)
            + T.Sum(c6) + T.Sum(c7) + T.Sum(c8) + T.Sum(c9) + T.Sum(ca) + T.Sum(cb);
    }
}
