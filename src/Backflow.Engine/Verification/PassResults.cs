using Backflow.Engine.Kernels;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine.Verification;

/// <summary>Everything that one forward and backward pass computed, by name, in double and without padding.</summary>
/// <remarks>
/// Names: <c>loss</c>; <c>h_l0</c>, <c>c_l0</c>, <c>h_l0_reverse</c> [T, B, H]; <c>top</c> [T, B, H] of a network
/// without head, both directions side by side; <c>outputs</c> [T′, B, O] of a head; and with the prefix
/// <c>grad.</c> the gradients of those, of <c>h0_l0</c>, <c>c0_l0</c> [B, H], of <c>x</c> and of every parameter.
/// </remarks>
internal sealed class PassResults
{
    private readonly OrderedDictionary<string, double[]> _tensors = [];

    private PassResults()
    {
    }

    /// <summary>The tensors, in the order of the passes.</summary>
    public IReadOnlyDictionary<string, double[]> Tensors => _tensors;

    /// <summary>Finds a tensor.</summary>
    public double[] this[string name] => _tensors[name];

    /// <summary>Runs the double twin.</summary>
    public static PassResults OfTwin(PassInputs inputs)
    {
        ReferenceNetwork twin = inputs.CreateTwin();
        twin.Forward(inputs.DropoutKey);
        twin.Backward();
        return OfTwin(twin);
    }

    /// <summary>Reads what a twin has computed.</summary>
    public static PassResults OfTwin(ReferenceNetwork twin)
    {
        PassResults results = new();
        results._tensors["loss"] = [twin.Loss];
        if (twin.Options.OutputSize > 0)
        {
            results._tensors["outputs"] = twin.Outputs.ToArray();
            results._tensors["grad.outputs"] = twin.OutputsGradient.ToArray();
        }

        for (int layer = 0; layer < twin.Layers.Length; layer++)
        {
            int slot = twin.BatchSize * twin.Layers[layer].Shape.HiddenSize;
            string suffix = twin.Options.SuffixOf(layer);
            results.AddStates($"h_{suffix}", $"h0_{suffix}", slot, twin.Hidden(layer), twin.HiddenGradient(layer));
            if (twin.Layers[layer].Cell.HasCellState)
            {
                results.AddStates($"c_{suffix}", $"c0_{suffix}", slot, twin.CellState(layer), twin.CellGradient(layer));
            }
        }

        if (twin.Options.OutputSize == 0)
        {
            results._tensors["top"] = twin.TopStates();
        }

        results._tensors["grad.x"] = twin.InputGradient.ToArray();
        foreach (string name in twin.ParameterNames)
        {
            results._tensors[$"grad.{name}"] = twin.ParameterGradient(name).ToArray();
        }

        return results;
    }

    /// <summary>Runs the float engine.</summary>
    public static PassResults OfEngine(PassInputs inputs, KernelSet kernels)
    {
        using WorkerPool pool = new(threads: 1);
        RecurrentNetwork network = new(inputs.Options, kernels);
        NetworkPass pass = new(network, inputs.SequenceLength, inputs.BatchSize, pool);
        inputs.LoadInto(network);
        PassResults results = new();
        inputs.LoadInto(pass);
        if (pass.Head is not null)
        {
            // Without targets the outputs survive the forward pass; with targets their gradient replaces them.
            pass.Forward(inputs.DropoutKey);
            results._tensors["outputs"] = Outputs(pass.Head, inputs.BatchSize);
            inputs.LoadTargets(pass.Head);
        }

        pass.Forward(inputs.DropoutKey);
        if (pass.Head is not null)
        {
            results._tensors["grad.outputs"] = Outputs(pass.Head, inputs.BatchSize);
        }

        pass.Backward();
        results.ReadPass(pass, inputs);
        return results;
    }

    /// <summary>One kind of state after a timestep, as the engine shows it.</summary>
    private delegate BatchRows StateAt(int t);

    private static double[] Widened(float[] values) => Array.ConvertAll(values, static value => (double)value);

    private static double[] Outputs(LinearHead head, int batchSize)
    {
        float[] values = new float[head.Timesteps * batchSize * head.OutputSize];
        int row = batchSize * head.OutputSize;
        for (int t = 0; t < head.Timesteps; t++)
        {
            head.GetOutputs(t, values.AsSpan(t * row, row));
        }

        return Widened(values);
    }

    private void ReadPass(NetworkPass pass, PassInputs inputs)
    {
        for (int layer = 0; layer < inputs.Options.Layers.Length; layer++)
        {
            LayerPass from = pass.Layers[layer];
            int slot = from.BatchSize * from.HiddenSize;
            string suffix = inputs.Options.SuffixOf(layer);
            AddStates(
                $"h_{suffix}",
                $"h0_{suffix}",
                slot,
                States(from.Hidden, from.SequenceLength, slot),
                States(from.HiddenGradient, from.SequenceLength, slot));
            if (from.HasCellState)
            {
                AddStates(
                    $"c_{suffix}",
                    $"c0_{suffix}",
                    slot,
                    States(from.Cell, from.SequenceLength, slot),
                    States(from.CellGradient, from.SequenceLength, slot));
            }
        }

        if (pass.Head is null)
        {
            float[] top = new float[inputs.OutputGradient.Length];
            pass.GetTopStates(top);
            _tensors["top"] = Widened(top);
        }

        _tensors["loss"] = [LossOf(pass, inputs)];
        float[] dInput = new float[inputs.SequenceLength * inputs.BatchSize * inputs.Options.InputSize];
        pass.GetInputGradient(dInput);
        _tensors["grad.x"] = Widened(dInput);
        foreach (Parameter parameter in pass.Network.Layout.Parameters)
        {
            float[] gradient = new float[parameter.Count];
            parameter.Export(pass.Network.Gradients.Span, gradient);
            _tensors[$"grad.{parameter.Name}"] = Widened(gradient);
        }
    }

    // The engine knows no linear loss: where one is asked for, it is formed from the engine's states.
    private double LossOf(NetworkPass pass, PassInputs inputs)
    {
        int layers = inputs.Options.Layers.Length;
        double loss = pass.Head?.Loss ?? LinearLoss.Sum(inputs.OutputGradient, this["top"]);
        for (int layer = 0; layer < layers; layer++)
        {
            string suffix = inputs.Options.SuffixOf(layer);
            loss += LinearLoss.Sum(
                inputs.FinalHiddenGradient[layer], Last($"h_{suffix}", inputs.FinalHiddenGradient[layer]));
            loss += inputs.FinalCellGradient[layer].Length == 0
                ? 0
                : LinearLoss.Sum(inputs.FinalCellGradient[layer], Last($"c_{suffix}", inputs.FinalCellGradient[layer]));
        }

        return loss;
    }

    private ReadOnlySpan<double> Last(string name, double[] like) => this[name].AsSpan(^like.Length);

    // The initial state comes first.
    private static double[] States(StateAt state, int sequenceLength, int length)
    {
        float[] values = new float[(sequenceLength + 1) * length];
        for (int t = LayerPass.Initial; t < sequenceLength; t++)
        {
            state(t).CopyTo(values.AsSpan((t + 1) * length, length));
        }

        return Widened(values);
    }

    private void AddStates(
        string states, string initial, int slot, ReadOnlySpan<double> values, ReadOnlySpan<double> gradients)
    {
        _tensors[states] = values[slot..].ToArray();
        _tensors[$"grad.{states}"] = gradients[slot..].ToArray();
        _tensors[$"grad.{initial}"] = gradients[..slot].ToArray();
    }
}
