using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine.Verification;

/// <summary>
/// Everything that determines one forward and backward pass, to be given to the twin and to the engine.
/// </summary>
/// <remarks>Arrays are in PyTorch's order and time-major, without padding; the engine receives them rounded.</remarks>
internal sealed class PassInputs
{
    public required NetworkOptions Options { get; init; }

    public required int SequenceLength { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>Every parameter, by PyTorch's name.</summary>
    public required IReadOnlyDictionary<string, double[]> Parameters { get; init; }

    /// <summary>x, [T, B, I]; empty with an embedding.</summary>
    public double[] Input { get; init; } = [];

    /// <summary>Symbols, [T, B]; empty without an embedding.</summary>
    public int[] Tokens { get; init; } = [];

    /// <summary>The initial hidden state of each layer, [B, H].</summary>
    public required double[][] InitialHidden { get; init; }

    /// <summary>The initial cell state of each layer, [B, H]; empty for cells without a cell state.</summary>
    public required double[][] InitialCell { get; init; }

    /// <summary>∂L/∂y, [T, B, H]; empty for a network with a head.</summary>
    public double[] OutputGradient { get; init; } = [];

    /// <summary>∂L/∂h_T of each layer, [B, H].</summary>
    public required double[][] FinalHiddenGradient { get; init; }

    /// <summary>∂L/∂c_T of each layer, [B, H]; empty for cells without a cell state.</summary>
    public required double[][] FinalCellGradient { get; init; }

    /// <summary>Classes wanted of the head, [T′, B].</summary>
    public int[] Targets { get; init; } = [];

    /// <summary>Values wanted of the head, [T′, B, O], for mean squared error.</summary>
    public double[]? TargetValues { get; init; }

    /// <summary>The dropout of the pass, null for none.</summary>
    public ulong? DropoutKey { get; init; }

    /// <summary>Makes a twin with these inputs.</summary>
    public ReferenceNetwork CreateTwin()
    {
        ReferenceNetwork twin = new(Options, SequenceLength, BatchSize);
        foreach ((string name, double[] values) in Parameters)
        {
            values.CopyTo(twin.Parameter(name));
        }

        Input.CopyTo(twin.Input);
        Tokens.CopyTo(twin.Tokens);
        OutputGradient.CopyTo(twin.OutputGradient);
        for (int layer = 0; layer < Options.Layers.Length; layer++)
        {
            InitialHidden[layer].CopyTo(twin.Hidden(layer));
            InitialCell[layer].CopyTo(twin.CellState(layer));
            FinalHiddenGradient[layer].CopyTo(twin.FinalHiddenGradient(layer));
            FinalCellGradient[layer].CopyTo(twin.FinalCellGradient(layer));
        }

        if (TargetValues is not null)
        {
            twin.SetTargetValues(TargetValues);
        }
        else if (Options.OutputSize > 0)
        {
            Targets.CopyTo(twin.Targets);
        }

        return twin;
    }

    /// <summary>Sets the parameters of a network, rounded to float.</summary>
    public void LoadInto(RecurrentNetwork network)
    {
        foreach (Parameter parameter in network.Layout.Parameters)
        {
            parameter.Import(Rounded(Parameters[parameter.Name]), network.Parameters.Span);
        }
    }

    /// <summary>Sets everything but parameters and targets, rounded to float.</summary>
    public void LoadInto(NetworkPass pass)
    {
        if (Options.VocabularySize > 0)
        {
            Tokens.CopyTo(pass.Tokens);
        }
        else
        {
            pass.SetInput(Rounded(Input));
        }

        for (int layer = 0; layer < Options.Layers.Length; layer++)
        {
            LayerPass into = pass.Layers[layer];
            into.SetInitialState(Rounded(InitialHidden[layer]), Rounded(InitialCell[layer]));
            into.SetFinalStateGradient(Rounded(FinalHiddenGradient[layer]), Rounded(FinalCellGradient[layer]));
        }

        if (pass.Head is null)
        {
            pass.SetOutputGradient(Rounded(OutputGradient));
        }
    }

    /// <summary>Sets what the head is asked for.</summary>
    public void LoadTargets(LinearHead head)
    {
        if (TargetValues is not null)
        {
            head.SetTargetValues(Rounded(TargetValues));
        }
        else
        {
            Targets.CopyTo(head.Targets);
        }
    }

    private static float[] Rounded(double[] values) => Array.ConvertAll(values, static value => (float)value);
}
