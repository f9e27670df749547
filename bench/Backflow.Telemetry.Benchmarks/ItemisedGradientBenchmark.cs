using System.Diagnostics;
using System.Globalization;
using Backflow.Engine;
using Backflow.Telemetry;

// The itemised gradient against one ordinary backward pass, B = 1, one thread. The aim is at most 16 times.
const int SequenceLength = 128;
const int HiddenSize = 128;
const int Repetitions = 40;

Console.WriteLine("| cell | backward, ms | itemised, ms | ratio |");
Console.WriteLine("| --- | --- | --- | --- |");
foreach (CellKind cell in Enum.GetValues<CellKind>())
{
    RecurrentNetwork network = new(new NetworkOptions
    {
        InputSize = HiddenSize,
        Layers = [new LayerOptions(cell, HiddenSize)],
    });
    SplittableRandom random = new(1);
    NetworkInitialiser.Initialise(
        network, new InitialisationOptions { Scheme = InitialisationScheme.Orthogonal }, random);
    using WorkerPool pool = new(threads: 1);
    NetworkPass pass = new(network, SequenceLength, batchSize: 1, pool);
    float[] local = new float[SequenceLength * HiddenSize];
    for (int i = 0; i < local.Length; i++)
    {
        local[i] = (float)random.NextGaussian();
    }

    pass.SetInput(local);
    double backward = Least(() =>
    {
        pass.Forward();
        pass.SetOutputGradient(local);
        return Time(pass.Backward);
    });
    double itemised = Least(() => Time(() => ItemisedGradientNorm.Measure(pass, sequence: 0, local)));
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {CellNames.NameOf(cell)} | {backward:F3} | {itemised:F3} | {itemised / backward:F1} |"));
}

static double Time(Action action)
{
    long start = Stopwatch.GetTimestamp();
    action();
    return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}

// The least of many: what the machine can do when nobody disturbs it.
static double Least(Func<double> measure)
{
    double[] times = new double[Repetitions];
    for (int i = -Repetitions; i < Repetitions; i++)
    {
        times[Math.Max(i, 0)] = measure();
    }

    Array.Sort(times);
    return times[0];
}
