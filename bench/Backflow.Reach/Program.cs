using System.Collections.Immutable;
using System.Globalization;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

// Trains networks that the definitions were not made on and prints, one line each, what was learnt beside what the
// measurements said: early gradient reach (steps 40 to 70), reach and effective context at the end.
//
//   backflow-reach CELLS TASKS STEPS HIDDEN BATCH RATE SEEDS [INITIALISATION [TRACE]]
//
// The trace has, every TRACE steps (a tenth of all), the gradient reach, the effective context and the mean loss since.
// TASKS: name:option=value:…, separated by commas. The columns are named in the first line. bench/reach.py draws the
// conclusions.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string[] cells = args[0].Split(',');
long steps = long.Parse(args[2]);
string initialisation = args.Length > 7 ? args[7] : "pytorch";
long traced = args.Length > 8 ? long.Parse(args[8]) : steps / 10;
Console.WriteLine(
    "cell;task;seed;dependency;timesteps;success;chance;loss;earlyReach;earlyGrowth;earlyHorizon;lateReach;lateGrowth;"
    + "contexts;initialisation;hidden;trace;lastSuccess");
foreach (string seed in args[6].Split(','))
{
    foreach (string task in args[1].Split(','))
    {
        foreach (string cell in cells)
        {
            Console.WriteLine(Line(cell, task, int.Parse(seed)));
            Console.Out.Flush();
        }
    }
}

string Line(string cell, string spec, int seed)
{
    string[] parts = spec.Split(':');
    TrainingConfiguration configuration = TaskCatalogue.Find(parts[0]).Defaults with
    {
        Task = parts[0],
        TaskOptions = parts.Skip(1).Select(static pair => pair.Split('=')).ToImmutableSortedDictionary(
            static pair => pair[0], static pair => int.Parse(pair[1]), StringComparer.Ordinal),
        Cells = [cell],
        HiddenSize = int.Parse(args[3]),
        BatchSize = int.Parse(args[4]),
        Steps = steps,
        LearningRate = double.Parse(args[5]),
        Seed = (ulong)seed,
        EmbeddingSize = 16,
        Threads = 1,
        Initialisation = cell.StartsWith("rnn", StringComparison.Ordinal) ? initialisation : "pytorch",
        ForgetBias = cell == "lstm" ? 1 : null,
    };
    using TrainingSession session = TrainingSession.Create(configuration);
    SequenceTask task = session.Data.Task!;
    List<ReachMeasurement?> early = [];
    List<ReachMeasurement?> late = [];
    List<int> horizons = [];
    List<int> contexts = [];
    List<string> trace = [];
    double loss = 0;
    float[] row = new float[session.Pass.SequenceLength];
    while (session.Step < steps && session.Advance())
    {
        if (session.Step is >= 40 and <= 70 && session.Step % 10 == 0)
        {
            TotalGradientNorm norm = new();
            norm.Measure(session.Pass.Layers[^1], row);
            horizons.Add(GradientHorizon.Measure(row).Horizon ?? -1);
            early.Add(session.MeasureReach());
        }

        if (session.Step > steps - 500 && session.Step % 50 == 0)
        {
            late.Add(session.MeasureReach());
            if (session.Step > steps - 150)
            {
                contexts.Add(session.MeasureContext(false, CancellationToken.None)?.Lags ?? -1);
            }
        }

        loss += session.Loss / traced;
        if (session.Step % traced == 0)
        {
            ReachMeasurement? reach = session.MeasureReach();
            string back = reach is { Growth: double growth } ? $"x{growth:0.##}" : $"{reach?.Median:0.#}";
            trace.Add($"{back}/{session.MeasureContext(false, default)?.Lags}/{loss:0.#####}");
            loss = 0;
        }
    }

    TaskScore? score = session.Validate(CancellationToken.None);
    return string.Join(
        ';',
        cell,
        spec,
        seed,
        task.DependencyLength,
        session.Pass.SequenceLength,
        $"{score?.Success:0.####}",
        $"{task.Baselines.ChanceSuccess:0.####}",
        $"{score?.Loss:0.#####}",
        Join(early.Select(static one => one?.Median)),
        Join(early.Select(static one => one?.Growth)),
        string.Join(' ', horizons),
        Join(late.Select(static one => one?.Median)),
        Join(late.Select(static one => one?.Growth)),
        string.Join(' ', contexts),
        initialisation,
        configuration.HiddenSize,
        string.Join(' ', trace),
        $"{LastSuccess(session):0.####}");
}

// The share of right last answers alone, which is what the effective context asks, on sequences that it does not use.
static double LastSuccess(TrainingSession session)
{
    SequenceTask task = session.Data.Task!;
    NetworkPass pass = new(session.Network, session.Pass.SequenceLength, 64, session.Pool);
    TaskBatch batch = new(task.Shape, pass.BatchSize);
    float[] outputs = new float[pass.BatchSize * task.Shape.OutputSize];
    int right = 0;
    int counted = 0;
    for (int first = 64; first < 64 + 1024; first += pass.BatchSize)
    {
        task.WriteValidation(first, batch);
        batch.CopyTo(pass);
        pass.ResetState();
        pass.Forward();
        int last = task.Shape.AnswerTimesteps - 1;
        pass.Head!.GetOutputs(last, outputs);
        for (int row = 0; row < pass.BatchSize; row++)
        {
            if (!task.Shape.IsRegression && batch.Target(last, row) < 0)
            {
                continue;
            }

            counted++;
            double loss = pass.Head.RowLoss(last, row);
            int n = task.Shape.OutputSize;
            int target = task.Shape.IsRegression ? 0 : batch.Target(last, row);
            double own = Math.Exp(-loss);
            bool isRight = task.Shape.IsRegression
                ? Math.Sqrt(loss) < task.ErrorTolerance
                : !Enumerable.Range(0, n).Any(o => o != target
                    && (double)outputs[(row * n) + o] * pass.Head.CountedTargets >= own);
            right += isRight ? 1 : 0;
        }
    }

    return (double)right / counted;
}

static string Join(IEnumerable<double?> values) =>
    string.Join(' ', values.Select(static value => value is double number ? $"{number:0.###}" : "-"));
