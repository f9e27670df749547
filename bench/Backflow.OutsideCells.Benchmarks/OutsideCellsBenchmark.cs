using System.Diagnostics;
using System.Globalization;
using Backflow.Engine;
using Backflow.OutsideCells;

// Cells from outside beside the engine's own of the same size: forward and backward of one layer, one thread.
// Every round times each cell once, one after the other, so that a busy neighbour disturbs all of them alike.
const int SequenceLength = 64;
const int Rounds = 201;
const int WarmUps = 20;

using WorkerPool pool = new(threads: 1);
CellDescription[] cells =
    [Cells.Gru, Cells.GruResetBefore, MinimalGatedUnit.Description, Cells.Lstm, OutsideLstm.Description];
Console.WriteLine("| H | B | cell | ms per layer, median | speed ÷ GRU, median of rounds |");
Console.WriteLine("| ---: | ---: | --- | ---: | ---: |");
foreach ((int hidden, int batch) in ((int, int)[])[(64, 1), (64, 32), (128, 1), (128, 32)])
{
    TimedLayer[] layers = Array.ConvertAll(cells, cell => new TimedLayer(cell, hidden, batch, SequenceLength, pool));
    double[][] seconds = Array.ConvertAll(layers, static _ => new double[Rounds]);
    for (int round = -WarmUps; round < Rounds; round++)
    {
        for (int i = 0; i < layers.Length; i++)
        {
            double elapsed = layers[i].Run();
            seconds[i][Math.Max(0, round)] = elapsed;
        }
    }

    for (int i = 0; i < layers.Length; i++)
    {
        double speed = Middle(seconds[0].Zip(seconds[i], static (gru, own) => gru / own));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {hidden} | {batch} | {cells[i].Name} | {1000 * Middle(seconds[i]):F3} | {speed:F2} |"));
    }
}

static double Middle(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

/// <summary>One layer with random inputs and local gradients, ready to be timed.</summary>
internal sealed class TimedLayer
{
    private readonly NetworkPass _pass;
    private readonly float[] _dOutput;

    public TimedLayer(CellDescription cell, int hidden, int batch, int sequenceLength, WorkerPool pool)
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = hidden,
            Layers = [new LayerOptions(cell, hidden)],
        });
        SplittableRandom random = new(1);
        NetworkInitialiser.Initialise(network, new InitialisationOptions(), random);
        _pass = new NetworkPass(network, sequenceLength, batch, pool);
        _pass.ResetState();
        _pass.SetInput(Gaussian(random, sequenceLength * batch * hidden));
        _dOutput = Gaussian(random, sequenceLength * batch * hidden);
    }

    /// <summary>Forward and backward.</summary>
    /// <returns>Seconds.</returns>
    public double Run()
    {
        long started = Stopwatch.GetTimestamp();
        _pass.Forward();
        _pass.SetOutputGradient(_dOutput);
        _pass.Backward();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static float[] Gaussian(SplittableRandom random, int length)
    {
        float[] values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = (float)random.NextGaussian();
        }

        return values;
    }
}
