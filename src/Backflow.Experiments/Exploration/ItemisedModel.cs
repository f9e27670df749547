using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Tasks;

namespace Backflow.Experiments.Exploration;

/// <summary>The model of a checkpoint with its validation text, asked about single windows.</summary>
internal sealed class ItemisedModel : IDisposable
{
    private const int LongestWindow = 128;
    private const int Candidates = 5;

    private readonly WorkerPool _pool = new(threads: 1);
    private readonly NetworkPass _pass;
    private readonly TextCorpus _corpus;

    private ItemisedModel(Checkpoint checkpoint, RecurrentNetwork network, TextCorpus corpus, int window)
    {
        RunId = checkpoint.RunId;
        Step = checkpoint.Step;
        _corpus = corpus;
        _pass = new NetworkPass(network, window, batchSize: 1, _pool);
    }

    public string RunId { get; }

    public long Step { get; }

    /// <summary>Loads the newest checkpoint of a run, and the text that it was trained on.</summary>
    /// <exception cref="ExperimentException">There is none, or the run was not trained on text that is still
    /// there.</exception>
    public static ItemisedModel Load(RunStore store, string runId)
    {
        if (store.Checkpoints.List(runId).IsEmpty)
        {
            throw new ExperimentException(
                $"Run {runId} has no checkpoint yet, and so no model to ask.", "Wait for its first checkpoint.");
        }

        LoadedCheckpoint checkpoint = store.Checkpoints.LoadLatest(runId);
        TrainingConfiguration configuration = CheckpointContent.Configuration(checkpoint.Content);
        if (configuration.Task is string task)
        {
            throw new ExperimentException(
                $"Run {runId} was trained on the task {task}; the itemised map needs a run that was trained on text.",
                "Train one.");
        }

        ITrainingData data = RecordedData.LoadInPlace(runId, checkpoint.Content, configuration);
        TextCorpus corpus = data.Corpus!;
        int window = Math.Min(configuration.SequenceLength, LongestWindow);
        if (corpus.Validation.Length < window)
        {
            throw new ExperimentException(
                $"The validation part of run {runId} has {NumberText.Count(corpus.Validation.Length)} characters, "
                    + $"fewer than a window of {NumberText.Count(window)}.",
                "Train on a longer text.");
        }

        RecurrentNetwork network = new(ConfigurationRules.Network(configuration, data.Shape));
        CheckpointContent.RestoreParameters(checkpoint.Content, network);
        return new ItemisedModel(checkpoint.Checkpoint, network, corpus, window);
    }

    /// <summary>Measures a window of the validation text.</summary>
    /// <remarks>
    /// The window before it is read first where there is one, so that its state is a state of this text.
    /// </remarks>
    public ItemisedAnswer Measure(int layer, int offset)
    {
        int window = _pass.SequenceLength;
        int layers = _pass.Network.Layers.Length;
        int last = _corpus.Validation.Length - window;
        if (layer < 0 || layer >= layers || offset < 0 || offset > last)
        {
            throw new ExperimentException(
                $"Run {RunId} has layers 0 to {layers - 1} and windows from character 0 to {last}, got layer {layer} "
                    + $"and character {offset}.",
                "Choose layer 0 and offset 0, for instance.");
        }

        // The text begins with the last character of training: token i predicts character i of the validation part.
        int before = offset >= window ? window : 0;
        ReadOnlySpan<int> text = _corpus.ValidationWithContext.Slice(offset - before, before + window + 1).ToArray();
        _pass.ResetState();
        if (before > 0)
        {
            Forward(text);
            _pass.CarryState();
        }

        Forward(text[before..]);
        ItemisedGradientMap map = ItemisedGradientNorm.Measure(_pass, sequence: 0);
        return new ItemisedAnswer
        {
            Step = Step,
            Offset = offset,
            TextLength = _corpus.Validation.Length,
            Characters = Decode(text.Slice(before, window)),
            Targets = Decode(text.Slice(before + 1, window)),
            Losses = [.. Enumerable.Range(0, window).Select(t => _pass.Head!.RowLoss(t, 0))],
            // The head's loss is the mean of T; times T it is the prediction's own.
            Map = [.. map.Hidden(layer).ToArray().Select(value => (float)(value * window))],
            Top = [.. Enumerable.Range(0, window).Select(Top)],
        };
    }

    public void Dispose() => _pool.Dispose();

    private void Forward(ReadOnlySpan<int> tokens)
    {
        tokens[.._pass.SequenceLength].CopyTo(_pass.Tokens);
        tokens.Slice(1, _pass.SequenceLength).CopyTo(_pass.Head!.Targets);
        _pass.Forward();
    }

    // After a pass with targets the head holds ∂L/∂y = (softmax − one-hot)/n.
    private ImmutableArray<CharacterProbability> Top(int timestep)
    {
        float[] gradient = new float[_pass.Head!.OutputSize];
        _pass.Head.GetOutputs(timestep, gradient);
        int target = _pass.Head.Targets[timestep];
        return
        [
            .. gradient
                .Select((value, token) => (
                    Token: token,
                    Probability: token == target
                        ? Math.Exp(-_pass.Head.RowLoss(timestep, 0))
                        : (double)value * _pass.Head.CountedTargets))
                .OrderByDescending(static candidate => candidate.Probability)
                .Take(Candidates)
                .Select(candidate => new CharacterProbability(
                    _corpus.Vocabulary.Decode([candidate.Token]), candidate.Probability)),
        ];
    }

    private ImmutableArray<string> Decode(ReadOnlySpan<int> tokens)
    {
        ImmutableArray<string>.Builder characters = ImmutableArray.CreateBuilder<string>(tokens.Length);
        foreach (int token in tokens)
        {
            characters.Add(_corpus.Vocabulary.Decode([token]));
        }

        return characters.MoveToImmutable();
    }
}
