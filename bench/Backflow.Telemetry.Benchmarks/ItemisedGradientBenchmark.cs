using System.Globalization;
using Backflow.Engine;
using Backflow.Telemetry;

if (args is ["quantities"])
{
    QuantityCosts.Print();
    return;
}

if (args is ["samples"])
{
    SampleCosts.Print();
    return;
}

// The itemised gradient against one ordinary backward pass, B = 1, one thread. The aim is at most 16 times, every
// round.
const int SequenceLength = 128;
const int HiddenSize = 128;
const int WarmUps = 30;
const int Rounds = 7;
const int Repetitions = 9;

using WorkerPool pool = new(threads: 1);
Measured[] cells = [.. Cells.All.Select(cell => new Measured(cell, SequenceLength, HiddenSize, pool))];
foreach (Measured cell in cells)
{
    for (int i = 0; i < WarmUps; i++)
    {
        cell.Backward();
        cell.Itemised();
    }
}

// Every round takes its turn at each cell, so that a busy neighbour disturbs all of them alike.
double[][][] rounds = new double[Rounds][][];
for (int round = 0; round < Rounds; round++)
{
    rounds[round] = Array.ConvertAll(cells, static cell => cell.Round(Repetitions));
}

Console.WriteLine("| cell | backward, ms | itemised, ms | ratio | least to largest round |");
Console.WriteLine("| --- | --- | --- | --- | --- |");
for (int i = 0; i < cells.Length; i++)
{
    double backward = Middle(rounds.Select(round => round[i][0]));
    double itemised = Middle(rounds.Select(round => round[i][1]));
    double[] ratios = [.. rounds.Select(round => round[i][1] / round[i][0]).Order()];
    double middle = ratios[Rounds / 2];
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {cells[i].Name} | {backward:F3} | {itemised:F3} | {middle:F1} | {ratios[0]:F1} to {ratios[^1]:F1} |"));
}

static double Middle(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

/// <summary>One cell, with random inputs and local gradients, ready to be timed.</summary>
internal sealed class Measured
{
    private readonly NetworkPass _pass;
    private readonly float[] _local;

    public Measured(CellDescription cell, int sequenceLength, int hiddenSize, WorkerPool pool)
    {
        Name = cell.Name;
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = hiddenSize,
            Layers = [new LayerOptions(cell, hiddenSize)],
        });
        SplittableRandom random = new(1);
        NetworkInitialiser.Initialise(
            network, new InitialisationOptions { Scheme = InitialisationScheme.Orthogonal }, random);
        _pass = new NetworkPass(network, sequenceLength, batchSize: 1, pool);
        _local = new float[sequenceLength * hiddenSize];
        for (int i = 0; i < _local.Length; i++)
        {
            _local[i] = (float)random.NextGaussian();
        }

        _pass.SetInput(_local);
    }

    public string Name { get; }

    /// <summary>Milliseconds of one ordinary backward pass.</summary>
    public double Backward()
    {
        _pass.Forward();
        _pass.SetOutputGradient(_local);
        return Time(_pass.Backward);
    }

    /// <summary>Milliseconds of the itemised map.</summary>
    public double Itemised() => Time(() => ItemisedGradientNorm.Measure(_pass, sequence: 0, _local));

    /// <summary>Both in turn, many times: the least of each, which no other program disturbed.</summary>
    public double[] Round(int repetitions)
    {
        double backward = double.PositiveInfinity;
        double itemised = double.PositiveInfinity;
        for (int i = 0; i < repetitions; i++)
        {
            backward = Math.Min(backward, Backward());
            itemised = Math.Min(itemised, Itemised());
        }

        return [backward, itemised];
    }

    // Processor time of this process: what others took of the core is not in it.
    private static double Time(Action action)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - start).TotalMilliseconds;
    }
}
