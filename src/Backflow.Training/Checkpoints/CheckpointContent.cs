using System.Collections.Immutable;
using System.Globalization;
using Backflow.Engine;
using Backflow.Tensors;
using Backflow.Training.Tasks;

namespace Backflow.Training;

/// <summary>What a checkpoint holds, between a session and the named tensors of a safetensors file.</summary>
/// <remarks>
/// <code>
/// weight_ih_l0, …, embedding.weight, head.weight     parameters under PyTorch's names and in its order
/// optimizer.STATE.PARAMETER                          the optimizer's state, shaped like the parameter
/// state.hidden_l0, state.cell_l0                     the final states of the last window, [B, H]
/// </code>
/// and as metadata the step, the configuration, the vocabulary and a digest of the text, or the task.
/// </remarks>
public static class CheckpointContent
{
    /// <summary>
    /// The metadata of a network that was imported without data, in place of a configuration: what it consists of.
    /// </summary>
    public const string NetworkKey = "network";

    private const string FormatKey = "format";
    private const string Format = "backflow-checkpoint-1";
    private const string StepKey = "step";
    private const string OptimizerStepKey = "optimizer-step";
    private const string ConfigurationKey = "configuration";
    private const string VocabularyKey = "vocabulary";
    private const string TextDigestKey = "text-sha256";
    private const string BestKey = "best-validation-loss";

    /// <summary>Everything that training needs to go on, as named tensors.</summary>
    /// <param name="session">What trains.</param>
    /// <returns>Parameters, optimizer state and carried state.</returns>
    public static IEnumerable<Tensor> Tensors(TrainingSession session)
    {
        RecurrentNetwork network = session.Network;
        foreach (Tensor parameter in Parameters(network))
        {
            yield return parameter;
        }

        foreach ((string name, AlignedBuffer buffer) in session.Optimizer.State)
        {
            foreach (Parameter parameter in network.Layout.Parameters)
            {
                yield return TensorOf($"optimizer.{name}.{parameter.Name}", parameter, buffer);
            }
        }

        NetworkPass pass = session.Pass;
        for (int layer = 0; layer < network.Layers.Length; layer++)
        {
            int hiddenSize = network.Options.Layers[layer].HiddenSize;
            float[] state = new float[pass.BatchSize * hiddenSize];
            pass.Layers[layer].Hidden(pass.SequenceLength - 1).CopyTo(state);
            yield return Tensor.FromSingles($"state.hidden_l{layer}", [pass.BatchSize, hiddenSize], state);
            if (pass.Layers[layer].HasCellState)
            {
                pass.Layers[layer].Cell(pass.SequenceLength - 1).CopyTo(state);
                yield return Tensor.FromSingles($"state.cell_l{layer}", [pass.BatchSize, hiddenSize], state);
            }
        }
    }

    /// <summary>The parameters of a network as named tensors.</summary>
    /// <param name="network">Read as it is now.</param>
    /// <returns>Under PyTorch's names and in its order.</returns>
    public static IEnumerable<Tensor> Parameters(RecurrentNetwork network)
    {
        foreach (Parameter parameter in network.Layout.Parameters)
        {
            yield return TensorOf(parameter.Name, parameter, network.Parameters);
        }
    }

    /// <summary>What a checkpoint says about itself.</summary>
    /// <param name="session">What trains.</param>
    /// <param name="bestValidationLoss">The lowest validation loss so far; null before the first.</param>
    /// <returns>Text by key.</returns>
    public static Dictionary<string, string> Metadata(TrainingSession session, double? bestValidationLoss) => new()
    {
        [FormatKey] = Format,
        [StepKey] = session.Step.ToString(CultureInfo.InvariantCulture),
        [OptimizerStepKey] = session.Optimizer.Step.ToString(CultureInfo.InvariantCulture),
        [ConfigurationKey] = session.Configuration.ToJson(),
        [VocabularyKey] = session.Data.Vocabulary?.Serialize() ?? string.Empty,
        [TextDigestKey] = session.Data.Digest,
        [BestKey] = bestValidationLoss?.ToString("R", CultureInfo.InvariantCulture) ?? string.Empty,
    };

    /// <summary>Puts parameters, optimizer, carried state and step back: all of it, or nothing.</summary>
    /// <returns>The best validation loss so far, or null.</returns>
    /// <exception cref="ExperimentException">
    /// The text is another one, or a tensor is missing, of another shape or type, or one too many; the session is then
    /// as before.
    /// </exception>
    public static double? Restore(SafetensorsFile file, TrainingSession session)
    {
        RequireSameText(file, session.Data);
        CheckedTensors tensors = new(file);
        foreach (Parameter parameter in session.Network.Layout.Parameters)
        {
            tensors.Take(parameter.Name, parameter, session.Network.Parameters);
            foreach ((string name, AlignedBuffer buffer) in session.Optimizer.State)
            {
                tensors.Take($"optimizer.{name}.{parameter.Name}", parameter, buffer);
            }
        }

        for (int layer = 0; layer < session.Network.Layers.Length; layer++)
        {
            tensors.TakeState(session.Pass, layer, session.Network.Options.Layers[layer].HiddenSize);
        }

        tensors.RequireNoOther();
        long step = Number(file, StepKey);
        long optimizerStep = Number(file, OptimizerStepKey);
        double? best = BestLoss(file);
        tensors.Write();
        session.Step = step;
        session.Optimizer.Step = optimizerStep;
        return best;
    }

    /// <summary>Throws unless the data is what the checkpoint's run was trained on.</summary>
    public static void RequireSameText(SafetensorsFile file, ITrainingData data)
    {
        // Older checkpoints write the names of a task's options with dashes before them.
        string digest = Value(file, TextDigestKey).Replace(" --", " ", StringComparison.Ordinal);
        if (digest != data.Digest)
        {
            throw data.Corpus is TextCorpus text
                ? new ExperimentException(
                    $"The characters of '{text.Name}' differ from those of the checkpoint's text.",
                    $"Give the original file as {nameof(TrainingConfiguration.TextPath):setting}, or train a new run "
                        + $"on this one.")
                : Misfit($"it is one of '{digest}'");
        }
    }

    /// <summary>Puts the parameters of a checkpoint into a network of the same sizes: all of them, or none.</summary>
    /// <param name="file">The checkpoint.</param>
    /// <param name="network">[all parameters], overwritten.</param>
    /// <exception cref="ExperimentException">A tensor is missing, or of another shape or type.</exception>
    public static void RestoreParameters(SafetensorsFile file, RecurrentNetwork network)
    {
        CheckedTensors tensors = new(file);
        foreach (Parameter parameter in network.Layout.Parameters)
        {
            tensors.Take(parameter.Name, parameter, network.Parameters);
        }

        tensors.Write();
    }

    /// <summary>The configuration of the run that a checkpoint was taken of.</summary>
    /// <param name="file">The checkpoint.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ExperimentException">It was taken of no training.</exception>
    public static TrainingConfiguration Configuration(SafetensorsFile file) => file.Metadata.ContainsKey(NetworkKey)
        ? throw new ExperimentException(
            "The network was imported without data: it can be exported, and that is all.",
            $"Import its file again with {nameof(TrainingConfiguration.TextPath):setting} or "
                + $"{nameof(TrainingConfiguration.Task):setting}.")
        : TrainingConfiguration.FromJson(Value(file, ConfigurationKey));

    /// <summary>The characters of the run that a checkpoint was taken of.</summary>
    /// <param name="file">The checkpoint.</param>
    /// <returns>The vocabulary.</returns>
    public static Vocabulary Vocabulary(SafetensorsFile file) =>
        Tasks.Vocabulary.Deserialize(Value(file, VocabularyKey));

    /// <summary>Steps done when a checkpoint was taken.</summary>
    public static long Step(SafetensorsFile file) => Number(file, StepKey);

    private static Tensor TensorOf(string name, Parameter parameter, AlignedBuffer buffer)
    {
        float[] values = new float[parameter.Count];
        parameter.Export(buffer.Span, values);
        ImmutableArray<long> shape = [.. parameter.Shape.Select(static size => (long)size)];
        return Tensor.FromSingles(name, shape, values);
    }

    private static string Value(SafetensorsFile file, string key) =>
        file.Metadata.TryGetValue(key, out string? value) ? value : throw Misfit($"its metadata has no '{key}'");

    private static long Number(SafetensorsFile file, string key) =>
        long.TryParse(Value(file, key), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw Misfit($"its metadata '{key}' is no number");

    private static double? BestLoss(SafetensorsFile file)
    {
        string text = Value(file, BestKey);
        return text.Length == 0 ? null
            : double.TryParse(text, CultureInfo.InvariantCulture, out double best) ? best
            : throw Misfit($"its metadata '{BestKey}' is no number");
    }

    /// <summary>The error of a checkpoint that does not fit.</summary>
    /// <param name="fact">What is wrong with it, inside a sentence.</param>
    internal static ExperimentException Misfit(string fact) =>
        new($"The checkpoint is not one of this run: {fact}.", "Train a new run.");
}
