using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training.Tasks;

namespace Backflow.Training.Generation;

/// <summary>How characters are drawn.</summary>
public sealed record SamplingOptions
{
    /// <summary>
    /// What logits are divided by: 0 takes the likeliest character, 1 draws from the model's distribution.
    /// </summary>
    public double Temperature { get; init; } = 0.8;

    /// <summary>Only this many likeliest characters take part; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>The seed of the draws.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ExperimentException">A value is outside its range.</exception>
    public void Validate()
    {
        if (!(Temperature >= 0 && double.IsFinite(Temperature)))
        {
            throw new ExperimentException(
                $"{nameof(Temperature):setting} must be at least 0, got {Temperature}.",
                new Setting(nameof(Temperature), "0.8"));
        }

        if (TopK < 0)
        {
            throw new ExperimentException(
                $"{nameof(TopK):setting} must be at least 0 (0 for all), got {TopK}.", new Setting(nameof(TopK), "10"));
        }
    }
}

/// <summary>Writes text with a character model: each character drawn is read as the next one's input.</summary>
public sealed class TextGenerator : IDisposable
{
    private readonly WorkerPool _pool;
    private readonly NetworkPass _pass;
    private readonly Vocabulary _vocabulary;
    private readonly float[] _logits;
    private readonly double[] _weights;
    private readonly int[] _order;

    /// <summary>Makes a generator that reads a network's parameters as they are at each call.</summary>
    /// <param name="network">A network with an embedding and a head over the vocabulary.</param>
    /// <param name="vocabulary">The characters.</param>
    /// <param name="texts">How many texts are written at once, at least 1; together they take little longer than one,
    /// as the weights are read once for all of them.</param>
    /// <param name="threads">Threads that share the texts; they change no character.</param>
    /// <exception cref="ExperimentException">A cell reads states from further back than the one that is
    /// carried.</exception>
    public TextGenerator(RecurrentNetwork network, Vocabulary vocabulary, int texts = 1, int threads = 1)
    {
        foreach (LayerOptions layer in network.Options.Layers)
        {
            if (layer.Cell.SkipTimesteps > 1)
            {
                throw new ExperimentException(
                    $"The cell '{layer.Cell.Name}' reads its state of {layer.Cell.SkipTimesteps} timesteps ago, and "
                        + "a text is written with the last state alone.",
                    "Train another cell to generate text, for instance lstm.");
            }
        }

        _vocabulary = vocabulary;
        _pool = new WorkerPool(threads);
        _pass = new NetworkPass(network, sequenceLength: 1, texts, _pool);
        _logits = new float[texts * vocabulary.Count];
        _weights = new double[vocabulary.Count];
        _order = new int[vocabulary.Count];
    }

    /// <summary>Whether a text can be written with a network: its cells read the last state alone.</summary>
    internal static bool CanWrite(RecurrentNetwork network) =>
        network.Options.Layers.All(static layer => layer.Cell.SkipTimesteps <= 1);

    /// <summary>Continues a prompt.</summary>
    /// <param name="prompt">The text to continue; empty starts after a line feed, or after the first character
    /// known.</param>
    /// <param name="length">Characters to write, at least 0.</param>
    /// <param name="options">How they are drawn.</param>
    /// <param name="onCharacter">Called with each character of the first text as it is drawn; null where the whole text
    /// will do.</param>
    /// <param name="cancellation">Ends the text early.</param>
    /// <returns>The continuation, without the prompt; of several texts the first.</returns>
    /// <exception cref="ExperimentException">The prompt has characters that the model does not know.</exception>
    public string Generate(
        string prompt,
        int length,
        SamplingOptions options,
        Action<string>? onCharacter = null,
        CancellationToken cancellation = default) =>
        Write(
            prompt,
            length,
            options,
            onCharacter is null ? null : tokens => onCharacter(_vocabulary.Decode(tokens.AsSpan(0, 1))),
            cancellation)[0];

    /// <summary>Continues a prompt in as many ways as there are texts.</summary>
    /// <param name="prompt">The text to continue; empty starts after a line feed, or after the first character
    /// known.</param>
    /// <param name="length">Characters to write of each, at least 0.</param>
    /// <param name="options">How they are drawn: text i, counted from 0, is the one that the seed + i writes
    /// alone.</param>
    /// <param name="progress">Is told the share that is done, from 0 to 1; null for no one.</param>
    /// <param name="cancellation">Ends all texts early.</param>
    /// <returns>The continuations, without the prompt.</returns>
    /// <exception cref="ExperimentException">The prompt has characters that the model does not know.</exception>
    public ImmutableArray<string> GenerateAll(
        string prompt,
        int length,
        SamplingOptions options,
        Action<double>? progress = null,
        CancellationToken cancellation = default)
    {
        int written = 0;
        return Write(
            prompt, length, options, progress is null ? null : _ => progress((double)++written / length), cancellation);
    }

    private ImmutableArray<string> Write(
        string prompt, int length, SamplingOptions options, Action<int[]>? onTokens, CancellationToken cancellation)
    {
        options.Validate();
        int[] context = _vocabulary.Encode(prompt.Length > 0 ? prompt : DefaultPrompt(), "The prompt");
        SplittableRandom[] random =
        [
            .. Enumerable.Range(0, _pass.BatchSize).Select(text =>
                new SplittableRandom(unchecked(options.Seed + (ulong)text)).Split("sampling")),
        ];
        int[] tokens = new int[random.Length];
        _pass.ResetState();
        for (int i = 0; i < context.Length; i++)
        {
            Array.Fill(tokens, context[i]);
            Read(tokens, isFirst: i == 0);
        }

        List<int>[] written = Array.ConvertAll(random, _ => new List<int>(length));
        while (written[0].Count < length && !cancellation.IsCancellationRequested)
        {
            _pass.Head!.GetOutputs(0, _logits);
            for (int text = 0; text < tokens.Length; text++)
            {
                tokens[text] = Draw(
                    _logits.AsSpan(text * _vocabulary.Count, _vocabulary.Count), options, random[text]);
                written[text].Add(tokens[text]);
            }

            onTokens?.Invoke(tokens);
            Read(tokens, isFirst: false);
        }

        return [.. written.Select(text => _vocabulary.Decode(CollectionsMarshal.AsSpan(text)))];
    }

    /// <inheritdoc/>
    public void Dispose() => _pool.Dispose();

    private string DefaultPrompt() =>
        _vocabulary.Contains(new System.Text.Rune('\n')) ? "\n" : _vocabulary.Decode([0]);

    private void Read(int[] tokens, bool isFirst)
    {
        if (!isFirst)
        {
            _pass.CarryState();
        }

        tokens.CopyTo(_pass.Tokens);
        _pass.Forward();
    }

    private int Draw(ReadOnlySpan<float> logits, SamplingOptions options, SplittableRandom random)
    {
        if (options.Temperature == 0)
        {
            return TensorPrimitives.IndexOfMax(logits);
        }

        int candidates = _order.Length;
        for (int i = 0; i < candidates; i++)
        {
            _order[i] = i;
        }

        if (options.TopK > 0 && options.TopK < candidates)
        {
            candidates = options.TopK;
            LikeliestFirst(logits);
        }

        // Double, and the maximum taken out: a temperature of 0.01 multiplies logits by a hundred.
        double maximum = double.NegativeInfinity;
        for (int i = 0; i < candidates; i++)
        {
            maximum = Math.Max(maximum, logits[_order[i]]);
        }

        double total = 0;
        for (int i = 0; i < candidates; i++)
        {
            _weights[i] = Math.Exp((logits[_order[i]] - maximum) / options.Temperature);
            total += _weights[i];
        }

        double rest = random.NextDouble() * total;
        for (int i = 0; i < candidates - 1; i++)
        {
            rest -= _weights[i];
            if (rest < 0)
            {
                return _order[i];
            }
        }

        return _order[candidates - 1];
    }

    private void LikeliestFirst(ReadOnlySpan<float> logits)
    {
        float[] values = logits.ToArray();
        Array.Sort(_order, (left, right) =>
        {
            int byLogit = values[right].CompareTo(values[left]);
            return byLogit != 0 ? byLogit : left.CompareTo(right);
        });
    }
}
