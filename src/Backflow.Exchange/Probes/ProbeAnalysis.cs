using System.Collections.Immutable;
using System.Numerics;
using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Exchange.Probes;

/// <summary>Computes every ∂L/∂hₜ and ∂L/∂cₜ of a sample from what hooks could see.</summary>
/// <remarks>
/// Nothing is shown before two checks agree. The outputs are computed again, each timestep from the state that was
/// observed before it: a chaotic network that is computed freely runs away. The gradients of the weights are computed
/// again and held against those that the framework had: the outputs alone would pass where a gradient was lost.
/// </remarks>
public sealed class ProbeAnalysis
{
    /// <summary>The largest difference of an output that rounding explains: float32, one timestep ahead. Right samples
    /// were off by up to 2.5e-6, weights of another step by 1.3e-4 and more.</summary>
    public const double OutputTolerance = 1e-5;

    /// <summary>The largest difference of an output where products were computed in a half-precision type: right
    /// samples were off by up to 8e-3.</summary>
    public const double NarrowOutputTolerance = 2e-2;

    /// <summary>The largest difference of a weight's gradient, of the largest of its tensor, that rounding explains.
    /// Right samples were off by up to 1.7e-5, wrong ones by 4e-4 and more.</summary>
    public const double WeightTolerance = 1e-4;

    /// <summary>The largest difference of a weight's gradient where products were computed in a half-precision type:
    /// right samples were off by up to 5 %.</summary>
    public const double NarrowWeightTolerance = 0.1;

    private readonly WorkerPool _pool;
    private readonly bool _measures;
    private readonly SampleRoom _room = new();
    private List<EngineDirection> _idle = [];

    /// <summary>Prepares analyses.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="measures">Whether the metrics of a layer are measured too, such as those of its gates.</param>
    public ProbeAnalysis(WorkerPool pool, bool measures = false)
    {
        _pool = pool;
        _measures = measures;
    }

    /// <summary>Reads a file, into the memory of the sample before it, which is void from then on.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isDouble">Whether the plain double twin computes it, instead of the engine.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="ExchangeException">It cannot be read, or is no probe file; the message says why.</exception>
    public ProbeSample Read(string path, bool isDouble = false)
    {
        _room.Begin();
        return ProbeFile.Read(path, isDouble, _room);
    }

    /// <summary>Analyses a sample, in the buffers of the sample before it where that had the same shapes.</summary>
    /// <param name="sample">What a file holds of one backward pass.</param>
    /// <param name="look">Is shown each layer's pass by the engine after its backward pass, with its gates kept, for
    /// more measurements; null for none.</param>
    /// <returns>The layers, by module, layer and direction.</returns>
    public ImmutableArray<ProbedLayer> Analyse(ProbeSample sample, Action<ProbedLayer, NetworkPass>? look = null)
    {
        if (sample.IsDouble)
        {
            return Analyse(
                sample, sample.Doubles, static (call, size, parameters) => new TwinDirection(call, size, parameters),
                look: null);
        }

        List<EngineDirection> idle = _idle;
        _idle = [];
        return Analyse(
            sample,
            sample.Singles,
            (call, size, parameters) =>
            {
                EngineDirection? one = idle.Find(one => one.Fits(call, size));
                if (one is null)
                {
                    one = new EngineDirection(call, size, _pool, _measures);
                }
                else
                {
                    idle.Remove(one);
                }

                one.Load(call, parameters, keepsGates: look is not null);
                _idle.Add(one);
                return one;
            },
            look);
    }

    private static ImmutableArray<ProbedLayer> Analyse<T>(
        ProbeSample sample,
        ImmutableArray<ProbedCall<T>> calls,
        Func<ProbedCall<T>, int, LayerParameters<T>, ILayerDirection<T>> create,
        Action<ProbedLayer, NetworkPass>? look)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<Computed<T>> computed = [];
        foreach (ProbedCall<T> call in calls.Where(static call => !call.Kind.IsLoop))
        {
            CallPass<T> pass = new(call, (layer, direction) =>
            {
                int size = layer == 0 ? call.InputSize : call.Directions * call.HiddenSize;
                return create(call, size, Parameters(sample, call, layer, direction, size));
            });
            pass.Forward();
            pass.Backward();
            computed.Add(new Computed<T>(call, pass));
        }

        ImmutableDictionary<string, double?> weights = computed
            .GroupBy(static one => one.Call.Module)
            .ToImmutableDictionary(static module => module.Key, module => WeightDeviation(sample, [.. module]));
        ImmutableArray<ProbedLayer>.Builder layers = ImmutableArray.CreateBuilder<ProbedLayer>();
        foreach (Computed<T>[] chain in Chains(computed))
        {
            for (int layer = 0; layer < chain[0].Call.Layers; layer++)
            {
                for (int direction = 0; direction < chain[0].Call.Directions; direction++)
                {
                    ProbedLayer one = Layer(chain, layer, direction, weights[chain[0].Call.Module]);
                    layers.Add(one);
                    if (look is not null && chain[^1].Pass.Layers[layer][direction] is EngineDirection engine)
                    {
                        look(one, engine.Pass);
                    }
                }
            }
        }

        layers.AddRange(calls.Where(static call => call.Kind.IsLoop).Select(Loop));
        return layers.ToImmutable();
    }

    private static LayerParameters<T> Parameters<T>(
        ProbeSample sample, ProbedCall<T> call, int layer, int direction, int inputSize)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = call.Kind.Cell.Gates.Length * call.HiddenSize;
        return new LayerParameters<T>(
            Find("weight_ih", rows * inputSize)
                ?? throw new ExchangeException(
                    $"The sample has no weights of layer {layer} of '{call.Module}'.",
                    "Take a file that the probe wrote; its format is in docs/probe-format.md."),
            Find("weight_hh", rows * call.HiddenSize)
                ?? throw new ExchangeException(
                    $"The sample has no recurrent weights of layer {layer} of '{call.Module}'.",
                    "Take a file that the probe wrote; its format is in docs/probe-format.md."),
            Find("bias_ih", rows),
            Find("bias_hh", rows));

        T[]? Find(string name, int count)
        {
            string full = call.Parameter(name, layer, direction);
            T[]? values = sample.Parameter<T>(full);
            return values is null || values.Length == count ? values
                : throw new ExchangeException(
                    $"'{full}' has {values.Length} numbers, and {call.Kind.Name} of {call.HiddenSize} units over "
                    + $"{inputSize} features needs {count}.",
                    "Projections (proj_size) are not supported; take a file that the probe wrote.");
        }
    }

    // Calls of one module that hand their state on are one sequence.
    private static IEnumerable<Computed<T>[]> Chains<T>(List<Computed<T>> computed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<List<Computed<T>>> chains = [];
        foreach (Computed<T> one in computed)
        {
            List<Computed<T>>? before = one.Call.Continues is (int call, _)
                ? chains.Find(chain => chain[^1].Call.Number == call
                    && chain[^1].Call.Module == one.Call.Module
                    && chain[^1].Call.Lengths.Length == one.Call.Lengths.Length
                    && !one.Call.IsBidirectional
                    && IsWhole(chain[^1].Call))
                : null;
            if (before is null)
            {
                chains.Add([one]);
            }
            else
            {
                before.Add(one);
            }
        }

        return chains.Select(static chain => chain.ToArray());

        static bool IsWhole(ProbedCall<T> call) => call.Lengths.All(length => length == call.SequenceLength);
    }

    private static ProbedLayer Layer<T>(Computed<T>[] chain, int layer, int direction, double? weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ProbedCall<T> call = chain[0].Call;
        double deviation = chain.Aggregate(
            0.0, static (most, one) => one.Pass.Deviation <= most ? most : one.Pass.Deviation);
        (ProbeTrust trust, string reason) = Judge(chain, deviation, weights, layer, direction);
        bool isShown = trust != ProbeTrust.Refused;
        return new ProbedLayer
        {
            Module = call.Module,
            Kind = call.Kind,
            Layer = layer,
            IsReverse = direction == 1,
            Calls = [.. chain.Select(static one => one.Call.Number)],
            HiddenSize = call.HiddenSize,
            Lengths = [.. call.Lengths.Select((_, row) => chain.Sum(one => one.Call.Lengths[row]))],
            Trust = trust,
            Reason = reason,
            OutputDeviation = deviation,
            WeightGradientDeviation = weights,
            HiddenGradientNorm = isShown
                ? [.. chain.SelectMany(one => Norms(one, layer, direction, static (pass, t, row) =>
                    pass.HiddenGradientSquare(t, row)))]
                : [],
            CellGradientNorm = !call.Kind.Cell.HasCellState ? null
                : isShown
                    ? [.. chain.SelectMany(one => Norms(one, layer, direction, static (pass, t, row) =>
                        pass.CellGradientSquare(t, row)))]
                    : [],
            Rows = isShown
                ? Rows(chain, layer, direction)
                : ImmutableSortedDictionary<string, ImmutableArray<float>>.Empty,
            Replaced = call.Replaced,
        };
    }

    // Call after call, each by position: a reverse direction reads its own from the end.
    private static ImmutableSortedDictionary<string, ImmutableArray<float>> Rows<T>(
        Computed<T>[] chain, int layer, int direction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        IReadOnlyDictionary<string, float[]>?[] calls =
        [
            .. chain.Select(one => (one.Pass.Layers[layer][direction] as EngineDirection)?.Rows),
        ];
        return calls.Any(static rows => rows is null)
            ? ImmutableSortedDictionary<string, ImmutableArray<float>>.Empty
            : calls[0]!.Keys.ToImmutableSortedDictionary(
                static column => column,
                column => ImmutableArray.Create<float>(
                    [.. calls.SelectMany(rows => direction == 0 ? rows![column] : rows![column].Reverse())]),
                StringComparer.Ordinal);
    }

    private static (ProbeTrust Trust, string Reason) Judge<T>(
        Computed<T>[] chain, double deviation, double? weights, int layer, int direction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ProbedCall<T> call = chain[0].Call;
        bool isNarrow = call.NarrowType is not null;
        double outputTolerance = isNarrow ? NarrowOutputTolerance : OutputTolerance;
        double weightTolerance = isNarrow ? NarrowWeightTolerance : WeightTolerance;
        if (!(deviation <= outputTolerance))
        {
            return (
                ProbeTrust.Refused,
                $"The outputs of '{call.Module}' do not come out: off by {NumberText.Of(deviation)}, and "
                + $"{NumberText.Of(outputTolerance)} is allowed. The weights may be those of another step, or "
                + "something changes the layer's computation."
                + (call.Layers > 1
                    ? " A chaotic layer below the top one does it too, as its states are not seen: build one module "
                        + "per layer."
                    : "")
                + (chain[0].Pass.Layers[layer][direction] is TwinDirection
                    ? " The twin in double computes every state itself, and runs away from what a chaotic network "
                        + "did: take the engine."
                    : ""));
        }

        if (weights is null)
        {
            return (
                ProbeTrust.Unconfirmed,
                "No gradient arrived at the weights (they are frozen, or torch.autograd.grad was used), so that the "
                + "second check is not available.");
        }

        return weights <= weightTolerance
            ? (ProbeTrust.Confirmed, "")
            : (
                ProbeTrust.Unconfirmed,
                $"The gradients of the weights are off by {NumberText.Of(weights.Value)} of the largest, and "
                + $"{NumberText.Of(weightTolerance)} is allowed: the loss may have a penalty on the weights, they may "
                + "be used elsewhere too, or a call was not seen.");
    }

    // Σ over the calls of a module, beside what arrived at its parameters.
    private static double? WeightDeviation<T>(ProbeSample sample, Computed<T>[] calls)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double? worst = null;
        ProbedCall<T> first = calls[0].Call;
        for (int layer = 0; layer < first.Layers; layer++)
        {
            for (int direction = 0; direction < first.Directions; direction++)
            {
                foreach (string name in LayerParameters.Names)
                {
                    string full = first.Parameter(name, layer, direction);
                    if (sample.ParameterGradient<T>(full) is T[] observed)
                    {
                        double off = Apart(
                            Array.ConvertAll(calls, one => one.Pass.Layers[layer][direction].ParameterGradient(name)),
                            observed);
                        worst = worst is double most && off <= most ? most : off;
                    }
                }
            }
        }

        return worst;
    }

    // Of the sum over the parts, beside the largest that was observed.
    private static double Apart<T>(T[][] parts, T[] observed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double largest = ProbeTensors.Largest(observed);
        double apart = 0;
        for (int i = 0; i < observed.Length; i++)
        {
            double sum = 0;
            foreach (T[] part in parts)
            {
                sum += i < part.Length ? double.CreateTruncating(part[i]) : 0;
            }

            double off = Math.Abs(sum - double.CreateTruncating(observed[i]));
            apart = off <= apart ? apart : off;
        }

        return largest > 0 ? apart / largest : apart;
    }

    private static IEnumerable<double> Norms<T>(
        Computed<T> one, int layer, int direction, Func<ILayerDirection<T>, int, int, double> square)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ImmutableArray<int> lengths = one.Call.Lengths;
        ILayerDirection<T> pass = one.Pass.Layers[layer][direction];
        int longest = one.Call.SequenceLength;
        for (int position = 0; position < longest; position++)
        {
            double sum = 0;
            for (int row = 0; row < lengths.Length; row++)
            {
                if (position < lengths[row])
                {
                    int t = direction == 0 ? position : lengths[row] - 1 - position;
                    sum += square(pass, t, row);
                }
            }

            yield return Math.Sqrt(sum);
        }
    }

    // What a loop called shows its states and their gradients: there is nothing to compute.
    private static ProbedLayer Loop<T>(ProbedCall<T> call)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return new ProbedLayer
        {
            Module = call.Module,
            Kind = call.Kind,
            Layer = 0,
            IsReverse = false,
            Calls = [call.Number],
            HiddenSize = call.HiddenSize,
            Lengths = call.Lengths,
            Trust = ProbeTrust.Confirmed,
            Reason = "",
            OutputDeviation = null,
            WeightGradientDeviation = null,
            HiddenGradientNorm = LoopNorms(call, call.OutputGradient),
            CellGradientNorm = call.LoopCellGradient is T[] cell ? LoopNorms(call, cell) : null,
            Replaced = call.Replaced,
        };
    }

    private static ImmutableArray<double> LoopNorms<T>(ProbedCall<T> call, T[] gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = call.BatchSize * call.HiddenSize;
        return
        [
            .. Enumerable.Range(0, call.SequenceLength).Select(t =>
            {
                double sum = 0;
                foreach (T part in gradient.AsSpan(t * width, width))
                {
                    double value = double.CreateTruncating(part);
                    sum += value * value;
                }

                return Math.Sqrt(sum);
            }),
        ];
    }

    private sealed record Computed<T>(ProbedCall<T> Call, CallPass<T> Pass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
