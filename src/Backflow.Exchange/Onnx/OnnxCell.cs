using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Exchange.Onnx;

/// <summary>A cell of the engine as an operator of ONNX.</summary>
/// <param name="Cell">The engine's cell.</param>
/// <param name="Operator">The operator: RNN, LSTM or GRU.</param>
/// <param name="Gates">The engine's gate at each place of the operator's weights.</param>
/// <param name="Activations">The operator's activations of one direction, as the runtime spells them.</param>
/// <param name="IsResetAfter">Whether the operator's attribute linear_before_reset is 1.</param>
/// <remarks>The specification's operators RNN, LSTM and GRU, version 14; the engine's order is PyTorch's.</remarks>
internal sealed record OnnxCell(
    CellDescription Cell,
    string Operator,
    ImmutableArray<int> Gates,
    ImmutableArray<string> Activations,
    bool IsResetAfter = false)
{
    /// <summary>The attribute of a GRU that says where its reset gate applies.</summary>
    public const string ResetAfterAttribute = "linear_before_reset";

    private const string Elman = "RNN";
    private const string UpdateGated = "GRU";

    // ONNX: i, o, f, c.
    private static readonly ImmutableArray<int> LstmOrder =
        [(int)LstmGate.Input, (int)LstmGate.Output, (int)LstmGate.Forget, (int)LstmGate.Candidate];

    // ONNX: z, r, h.
    private static readonly ImmutableArray<int> GruOrder =
        [(int)GruGate.Update, (int)GruGate.Reset, (int)GruGate.Candidate];

    /// <summary>All cells that have an operator.</summary>
    public static ImmutableArray<OnnxCell> All { get; } =
    [
        new(Cells.RnnTanh, Elman, [0], ["Tanh"]),
        new(Cells.RnnRelu, Elman, [0], ["Relu"]),
        new(Cells.RnnSigmoid, Elman, [0], ["Sigmoid"]),
        new(Cells.Lstm, "LSTM", LstmOrder, ["Sigmoid", "Tanh", "Tanh"]),
        new(Cells.Gru, UpdateGated, GruOrder, ["Sigmoid", "Tanh"], IsResetAfter: true),
        new(Cells.GruResetBefore, UpdateGated, GruOrder, ["Sigmoid", "Tanh"]),
    ];

    /// <summary>
    /// The engine's gate whose pre-activation has the other sign in ONNX: there z keeps the old state, and where the
    /// engine's z takes the new one, 1 − σ(a) = σ(−a). None where it is −1.
    /// </summary>
    private int NegatedGate =>
        Operator == UpdateGated && Cell.Keep is { KeepsWhenOpen: false } keep ? keep.Gate : -1;

    /// <summary>Whether the operator has a cell state beside the hidden one.</summary>
    public bool HasCellState => Cell.HasCellState;

    /// <summary>The operator of a cell, or null.</summary>
    public static OnnxCell? Of(CellDescription cell) => All.FirstOrDefault(one => ReferenceEquals(one.Cell, cell));

    /// <summary>Puts rows of the engine's gates into the operator's order.</summary>
    /// <param name="rows">[G·H, columns].</param>
    /// <param name="target">[G·H, columns], overwritten.</param>
    public void ToOnnx(ReadOnlySpan<float> rows, Span<float> target)
    {
        int block = rows.Length / Gates.Length;
        for (int place = 0; place < Gates.Length; place++)
        {
            Copy(rows.Slice(Gates[place] * block, block), target.Slice(place * block, block), Gates[place]);
        }
    }

    /// <summary>Puts rows of the operator's gates into the engine's order.</summary>
    /// <param name="rows">[G·H, columns].</param>
    /// <returns>[G·H, columns].</returns>
    public float[] FromOnnx(ReadOnlySpan<float> rows)
    {
        float[] target = new float[rows.Length];
        int block = rows.Length / Gates.Length;
        for (int place = 0; place < Gates.Length; place++)
        {
            Copy(rows.Slice(place * block, block), target.AsSpan(Gates[place] * block, block), Gates[place]);
        }

        return target;
    }

    private void Copy(ReadOnlySpan<float> source, Span<float> target, int gate)
    {
        if (gate != NegatedGate)
        {
            source.CopyTo(target);
            return;
        }

        for (int i = 0; i < source.Length; i++)
        {
            target[i] = -source[i];
        }
    }
}
