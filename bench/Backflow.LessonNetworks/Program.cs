using System.Collections.Immutable;
using System.Globalization;
using Backflow.Lessons.Dependencies;
using Backflow.Tensors;
using Backflow.Training;

// Trains the networks of the lessons on long dependencies at like conditions, and prints the share of right answers by
// distance on sentences that training never reads.
//
//   backflow-lesson-networks SEEDS [FOLDER]
//
// With a folder, the networks of the first seed are written there: src/Backflow.Lessons/Dependencies/Networks is what
// ships. docs/long-dependencies.md has the command that was used, and what it printed.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string? folder = args.Length > 1 ? args[1] : null;
string[] seeds = args[0].Split(',');
Console.WriteLine($"cell seed steps all {string.Join(' ', DependencyAccuracy.Kinds)}: % right, mean over distances");
foreach (string seed in seeds)
{
    foreach (string cell in DependencyNetworks.CellNames)
    {
        Make(cell, ulong.Parse(seed), seed == seeds[0] ? folder : null);
    }
}

static void Make(string cell, ulong seed, string? folder)
{
    TrainingConfiguration configuration = Configuration(cell, seed);
    DependencyTask task = new() { Identity = DependencyNetworks.TaskName };
    TaskData data = new(configuration, task, DependencyNetworks.TaskName);
    using TrainingSession session = new(configuration, data);
    while (session.Step < configuration.Steps && session.Advance())
    {
        if (!DependencyNetworks.Stages.Contains((int)session.Step))
        {
            continue;
        }

        Report(session, cell, seed);
        if (folder is not null)
        {
            Write(session, Path.Combine(folder, DependencyNetworks.FileOf(cell, (int)session.Step)));
        }
    }
}

static TrainingConfiguration Configuration(string cell, ulong seed) => new()
{
    Cells = [cell],
    HiddenSize = 32,
    EmbeddingSize = 16,
    BatchSize = 32,
    Steps = DependencyNetworks.Stages[^1],
    LearningRate = 0.003,
    ForgetBias = cell == "lstm" ? 1 : null,
    CarryState = false,
    Seed = seed,
};

static void Report(TrainingSession session, string cell, ulong seed)
{
    Dictionary<string, ImmutableArray<double>> shares = DependencyAccuracy.Kinds.ToDictionary(
        static kind => kind, kind => DependencyAccuracy.Measure(session.Network, kind), StringComparer.Ordinal);
    Console.WriteLine(
        $"{cell} {seed} {session.Step} {100 * shares.Values.Average(static one => one.Average()):0.0} "
        + string.Join(' ', shares.Values.Select(static one => $"{100 * one.Average():0}")));
    foreach ((string kind, ImmutableArray<double> one) in shares)
    {
        Console.WriteLine($"  {kind}: {string.Join(' ', one.Select(static share => $"{100 * share:0}"))}");
    }
}

// The parameters alone: a reader of them does not train on.
static void Write(TrainingSession session, string path)
{
    HashSet<string> parameters =
        [.. session.Network.Layout.Parameters.Select(static parameter => parameter.Name)];
    using FileStream file = File.Create(path);
    SafetensorsFile.Write(
        file,
        CheckpointContent.Tensors(session).Where(tensor => parameters.Contains(tensor.Name)),
        CheckpointContent.Metadata(session, bestValidationLoss: null));
}
