using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backflow.Training;

/// <summary>Everything that decides what a training run computes, as it is kept in the run's manifest.</summary>
/// <remarks>
/// Two runs with equal configurations on one machine have the same bits in every parameter after every step, whatever
/// <see cref="Threads"/> says. Names of cells, optimizers and schemes are those of the command line.
/// </remarks>
public sealed record TrainingConfiguration
{
    private static readonly ImmutableSortedDictionary<string, int> NoTaskOptions =
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>The UTF-8 file to train on, as an absolute path; null for generated sentences.</summary>
    public string? TextPath { get; init; }

    /// <summary>The task that makes its own sequences; null for text and sentences.</summary>
    public string? Task { get; init; }

    /// <summary>The task's options that were given, by name.</summary>
    public ImmutableSortedDictionary<string, int> TaskOptions
    {
        get;

        // Here and below: a configuration of before the property has none, and the reader gives null or default.
        // Runs of before version 0.2 keep the names as their command line wrote them.
        init => field = value is null ? NoTaskOptions
            : value.Keys.All(static name => name[0] != '-') ? value
            : value.ToImmutableSortedDictionary(
                static option => option.Key.TrimStart('-'), static option => option.Value, StringComparer.Ordinal);
    } = NoTaskOptions;

    /// <summary>Characters of generated sentences where there is no file.</summary>
    public int SentenceCharacters { get; init; } = 500_000;

    /// <summary>Whether characters that the training part lacks become U+FFFD instead of an error.</summary>
    public bool UnknownSymbol { get; init; }

    /// <summary>
    /// The characters of a network that was trained elsewhere, as <see cref="Tasks.Vocabulary.Serialize"/> writes them;
    /// null for those of the training part.
    /// </summary>
    public string? Characters { get; init; }

    /// <summary>Cells by name: one for all layers, or one per layer.</summary>
    public ImmutableArray<string> Cells { get; init; } = ["lstm"];

    /// <summary>Recurrent layers.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Units per layer, H.</summary>
    public int HiddenSize { get; init; } = 128;

    /// <summary>Size of a character's vector, E.</summary>
    public int EmbeddingSize { get; init; } = 32;

    /// <summary>Timesteps per window, T: how far back the gradient is followed.</summary>
    public int SequenceLength { get; init; } = 64;

    /// <summary>Sequences per step, B.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Steps in all.</summary>
    public long Steps { get; init; } = 1000;

    /// <summary>
    /// Passes over the training part, which decide <see cref="Steps"/> when a run is created; null for none.
    /// </summary>
    public double? Epochs { get; init; }

    /// <summary>Whether the final state of a window is the initial state of the next (truncated BPTT).</summary>
    public bool CarryState { get; init; } = true;

    /// <summary>The optimizer: sgd, rmsprop, adam or adamw.</summary>
    public string Optimizer { get; init; } = "adam";

    /// <summary>The peak learning rate, η.</summary>
    public double LearningRate { get; init; } = 0.003;

    /// <summary>The schedule: constant, cosine or step.</summary>
    public string Schedule { get; init; } = "constant";

    /// <summary>Steps of linear warm-up.</summary>
    public long WarmUpSteps { get; init; }

    /// <summary>Steps between two decays of the step schedule.</summary>
    public long DecayInterval { get; init; } = 1000;

    /// <summary>What a decay of the step schedule multiplies by.</summary>
    public double DecayFactor { get; init; } = 0.5;

    /// <summary>Weight decay, λ.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Momentum of SGD, μ.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>The largest norm of the gradient; 0 for no limit.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>The largest magnitude of a gradient's element; 0 for no limit.</summary>
    public double ClipValue { get; init; }

    /// <summary>How strongly Elman layers are asked to keep the norm of the gradient, λ; 0 for not at all.</summary>
    public double Omega { get; init; }

    /// <summary>Lyapunov exponents per layer that flossing pushes towards 0, k; 0 for no flossing.</summary>
    public int Flossing { get; init; }

    /// <summary>Updates of one flossing episode.</summary>
    public int FlossingSteps { get; init; } = 100;

    /// <summary>Training steps between two flossing episodes; 0 for one before training.</summary>
    public long FlossingInterval { get; init; }

    /// <summary>Probability of dropping a unit between layers.</summary>
    public double Dropout { get; init; }

    /// <summary>The initialisation: pytorch, glorot, orthogonal, identity, spectral-radius or spectral-norm.</summary>
    public string Initialisation { get; init; } = "pytorch";

    /// <summary>The initialisation's factor.</summary>
    public double Gain { get; init; } = 1;

    /// <summary>The forget-gate bias; null for what the initialisation gives.</summary>
    public double? ForgetBias { get; init; }

    /// <summary>The longest dependency for chrono initialisation; null for none.</summary>
    public double? Chrono { get; init; }

    /// <summary>The seed of everything that is drawn.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads; they change the speed and no bit of the result.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Steps between two log lines.</summary>
    public long LogInterval { get; init; } = 10;

    /// <summary>Steps between two validations; 0 for one at the end.</summary>
    public long ValidationInterval { get; init; } = 250;

    /// <summary>Steps between two checkpoints; 0 for one at the end.</summary>
    public long CheckpointInterval { get; init; } = 250;

    /// <summary>Steps between two samples of text; 0 for none.</summary>
    public long SampleInterval { get; init; }

    /// <summary>
    /// Whether gates of the first two thirds of the timesteps are computed again on the way back instead of kept: less
    /// memory for long sequences, the same bits, and nothing measured that needs gates.
    /// </summary>
    public bool Recompute { get; init; }

    /// <summary>How much is measured while training: off, economy or full. It changes no bit of the result.</summary>
    public string Telemetry
    {
        get;
        init => field = value ?? "economy";
    } = "economy";

    /// <summary>Steps between two measurements, or log; null for what <see cref="Telemetry"/> gives.</summary>
    public string? TelemetryInterval { get; init; }

    /// <summary>
    /// Steps between two measurements of effective context and gradient reach, 0 for none; null for 20 in a run.
    /// </summary>
    public long? ReachInterval { get; init; }

    /// <summary>What a verdict does: warn, stop or rollback.</summary>
    public string OnVerdict
    {
        get;
        init => field = value ?? "warn";
    } = "warn";

    /// <summary>Settings of rules, such as "vanishing-over-time.threshold=1e-5".</summary>
    public ImmutableArray<string> VerdictSettings
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">An object with a member per property; a member that is missing has its default.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ExperimentException">It is no configuration.</exception>
    public static TrainingConfiguration FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TrainingJson.Default.TrainingConfiguration)
                ?? throw new JsonException("it is null");
        }
        catch (JsonException failure)
        {
            throw new ExperimentException(
                $"The run's configuration cannot be read: {failure.Message}",
                "Train a new run.",
                failure);
        }
    }

    /// <summary>Writes the configuration as JSON.</summary>
    /// <returns>One line.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, TrainingJson.Default.TrainingConfiguration);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TrainingConfiguration))]
internal sealed partial class TrainingJson : JsonSerializerContext;
