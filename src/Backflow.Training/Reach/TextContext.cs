using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training.Tasks;

namespace Backflow.Training.Reach;

/// <summary>Measures the effective context of a network on a text.</summary>
/// <remarks>
/// Held-out text is read as 32 streams with carried state. At the beginning of every stretch the streams change their
/// states, every layer's h and c: stream b goes on with what stream b + r (mod 32) has read, r another number for every
/// stretch, while the true states are kept. ℓ characters later the loss of the next character is compared with the one
/// under the true state: at a swap, unlike a cold start from zero, the network sees states of the kind that it was
/// trained on. One pass gives every lag. The rise is smoothed by its mean over ℓ/1.14 to 1.14 ℓ.
/// <para>
/// A stretch is 200 characters, or 128 or 64 where fewer than 512 starts would be left; lags count up to nine tenths of
/// it. With fewer starts the rise is no larger than its error, and nothing is measured. While training it is 64, with
/// a quarter of the starts.
/// </para>
/// Cost: two forward passes of the held-out text that is read, at most 32 × 17 stretches, 32 × 5 while training.
/// </remarks>
internal sealed class TextContext
{
    /// <summary>Streams read together.</summary>
    public const int Streams = 32;

    /// <summary>The fewest swaps that a number rests on.</summary>
    public const int FewestStarts = 512;

    // While training, a quarter as many, and short stretches: a twelfth of the cost. The curve over steps smooths what
    // the smoothing over lags leaves. Twice as many moved no number of 600 steps by more than 1.
    private const int StartsWhileTraining = 128;

    private const double SmoothingFactor = 1.14;
    private const double UsableShare = 0.9;

    // A stretch is read in as many windows, whose buffers are that much smaller.
    private const int Windows = 4;

    private static readonly ImmutableArray<int> StretchLengths = [200, 128, 64];

    private readonly TokenSequence _tokens;
    private readonly NetworkPass _true;
    private readonly NetworkPass _swapped;
    private readonly int _stretch;
    private readonly int _stretches;
    private readonly int _streamLength;

    private TextContext(TokenSequence tokens, RecurrentNetwork network, WorkerPool pool, int stretch, int starts)
    {
        _tokens = tokens;
        _stretch = stretch;
        _streamLength = (tokens.Length - 1) / Streams;

        // The first stretch only fills the states.
        _stretches = Math.Min((_streamLength / stretch) - 1, starts / Streams);
        _true = new NetworkPass(network, stretch / Windows, Streams, pool);
        _swapped = new NetworkPass(network, stretch / Windows, Streams, pool);
    }

    /// <summary>The network that is measured.</summary>
    public RecurrentNetwork Network => _true.Network;

    /// <summary>Characters that a measurement reads, under true and under exchanged states.</summary>
    public long CharactersRead => (long)((2 * _stretches) + 1) * _stretch * Streams;

    /// <summary>Prepares the measurement on a held-out text.</summary>
    /// <param name="tokens">The held-out characters.</param>
    /// <param name="network">Measured as it is at each call; two passes of its sizes are made.</param>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="isWhole">Whether stretches are as long as the text allows; else they are short and cheap.</param>
    /// <returns>The measurement; null where the text is too short for one.</returns>
    public static TextContext? Create(TokenSequence tokens, RecurrentNetwork network, WorkerPool pool, bool isWhole)
    {
        int streamLength = (tokens.Length - 1) / Streams;
        int stretch = (isWhole ? StretchLengths : StretchLengths[^1..]).FirstOrDefault(
            length => ((streamLength / length) - 1) * Streams >= FewestStarts);
        return stretch == 0
            ? null
            : new TextContext(tokens, network, pool, stretch, isWhole ? FewestStarts : StartsWhileTraining);
    }

    /// <summary>Measures the network as it is now.</summary>
    /// <param name="cancellation">Ends the measurement early.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public EffectiveContext Measure(CancellationToken cancellation)
    {
        double[] rise = new double[_stretch];
        double[] squares = new double[_stretch];
        double loss = 0;
        int window = _stretch / Windows;
        _true.ResetState();
        for (int index = 0; index < (_stretches + 1) * Windows; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            int stretch = index / Windows;
            if (index > 0)
            {
                _true.CarryState();
            }

            Load(_true, index * window);
            if (stretch > 0)
            {
                if (index % Windows == 0)
                {
                    Swap(1 + (stretch % (Streams - 1)));
                }
                else
                {
                    _swapped.CarryState();
                }

                Load(_swapped, index * window);
                _swapped.Forward();
            }

            _true.Forward();
            int first = index % Windows * window;
            for (int t = 0; stretch > 0 && t < window; t++)
            {
                for (int row = 0; row < Streams; row++)
                {
                    double own = _true.Head!.RowLoss(t, row);
                    double difference = _swapped.Head!.RowLoss(t, row) - own;
                    loss += own;
                    rise[first + t] += difference;
                    squares[first + t] += difference * difference;
                }
            }
        }

        int starts = _stretches * Streams;
        ImmutableArray<ContextPoint> points =
        [
            .. Enumerable.Range(0, _stretch).Select(t => new ContextPoint(
                t + 1,
                rise[t] / starts,
                Math.Sqrt(Math.Max(0, (squares[t] / starts) - Math.Pow(rise[t] / starts, 2)) / (starts - 1)),
                double.NaN)),
        ];
        return Of(points, loss / starts / _stretch);
    }

    /// <summary>Reads the number off the rise at every lag.</summary>
    /// <param name="points">The rise after 1, 2, 3 … own characters.</param>
    /// <param name="loss">The loss under the true state.</param>
    public static EffectiveContext Of(ImmutableArray<ContextPoint> points, double loss)
    {
        ImmutableArray<ContextPoint> smoothed = [.. points.Select(point => Smoothed(points, point))];
        int usable = (int)(UsableShare * points.Length);
        int number = smoothed.Take(usable)
            .LastOrDefault(static point => point.LossRise >= EffectiveContext.NatsOfText).Lag;
        return new EffectiveContext(
            number, usable, loss, [.. Thinned(smoothed)], EffectiveContext.TextRule);
    }

    private static ContextPoint Smoothed(ImmutableArray<ContextPoint> points, ContextPoint point)
    {
        int first = (int)Math.Ceiling(point.Lag / SmoothingFactor);
        int last = Math.Min(points.Length, (int)Math.Floor(point.Lag * SmoothingFactor));
        double sum = 0;
        for (int lag = first; lag <= last; lag++)
        {
            sum += points[lag - 1].LossRise;
        }

        return point with { LossRise = sum / (last - first + 1) };
    }

    // Neighbours far back hardly differ: about a dozen points per octave are enough for a picture.
    private static IEnumerable<ContextPoint> Thinned(ImmutableArray<ContextPoint> points)
    {
        double next = 1;
        foreach (ContextPoint point in points)
        {
            if (point.Lag >= next)
            {
                yield return point;
                next = point.Lag * 1.06;
            }
        }
    }

    private void Load(NetworkPass pass, int place)
    {
        for (int row = 0; row < Streams; row++)
        {
            int first = (row * _streamLength) + place;
            for (int t = 0; t < pass.SequenceLength; t++)
            {
                pass.Tokens[(t * Streams) + row] = _tokens[first + t];
                pass.Head!.Targets[(t * Streams) + row] = _tokens[first + t + 1];
            }
        }
    }

    // The true states have been carried to the beginning of this stretch already.
    private void Swap(int distance)
    {
        foreach (LayerPass layer in _true.Layers)
        {
            int units = layer.HiddenSize;
            float[] hidden = Rotated(layer.Hidden(LayerPass.Initial), units, distance);
            float[] cell = layer.HasCellState ? Rotated(layer.Cell(LayerPass.Initial), units, distance) : [];
            _swapped.Layers[layer.Index].SetInitialState(hidden, cell);
        }
    }

    private static float[] Rotated(BatchRows rows, int units, int distance)
    {
        float[] values = new float[Streams * units];
        float[] rotated = new float[values.Length];
        rows.CopyTo(values);
        for (int row = 0; row < Streams; row++)
        {
            values.AsSpan((row + distance) % Streams * units, units).CopyTo(rotated.AsSpan(row * units));
        }

        return rotated;
    }
}
