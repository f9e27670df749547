using System.Collections.Immutable;
using System.Globalization;
using Backflow.Tensors;

namespace Backflow.Exchange.Onnx;

/// <summary>The weights of a recurrent node, in the operator's order.</summary>
/// <param name="InputSize">I.</param>
/// <param name="HiddenSize">H.</param>
/// <param name="Rows">G·H.</param>
/// <param name="W">[D, G·H, I].</param>
/// <param name="R">[D, G·H, H].</param>
/// <param name="B">[D, 2·G·H]: the input's biases, then the recurrent ones; zeros where the node has none.</param>
internal sealed record OnnxWeights(int InputSize, int HiddenSize, int Rows, float[] W, float[] R, float[] B)
{
    /// <summary>Checks the tensors of a node against its attributes.</summary>
    /// <exception cref="ExchangeException">A shape or a type is another one.</exception>
    public static OnnxWeights Read(
        OnnxNode node, OnnxRecurrentNode attributes, OnnxTensor w, OnnxTensor r, OnnxTensor? b)
    {
        int hidden = attributes.HiddenSize;
        int rows = attributes.Gates * hidden;
        int directions = attributes.Directions;
        if (r.Shape.Length != 3 || r.Shape[2] != hidden)
        {
            throw node.Wrong(
                $"has the hidden_size {hidden}, and its R has the shape {OnnxTensor.ShapeText(r.Shape)}");
        }

        long input = w.Shape.Length == 3 ? w.Shape[2] : 0;
        if (input < 1)
        {
            throw node.Wrong($"has a W of the shape {OnnxTensor.ShapeText(w.Shape)}");
        }

        Require(node, "W", w, [directions, rows, input]);
        Require(node, "R", r, [directions, rows, hidden]);
        if (b is not null)
        {
            Require(node, "B", b, [directions, 2 * rows]);
        }

        return new OnnxWeights(
            (int)input, hidden, rows, w.Singles(), r.Singles(), b?.Singles() ?? new float[directions * 2 * rows]);
    }

    /// <summary>One direction as the engine's parameters.</summary>
    /// <param name="direction">0, or 1.</param>
    /// <param name="cell">The engine's cell.</param>
    /// <param name="depth">The layer's number in their names.</param>
    /// <param name="isReverse">Whether their names are those of the other direction.</param>
    public ImmutableArray<Tensor> Parameters(int direction, OnnxCell cell, int depth, bool isReverse)
    {
        string suffix = string.Create(CultureInfo.InvariantCulture, $"_l{depth}{(isReverse ? "_reverse" : "")}");
        return
        [
            Named("weight_ih", [Rows, InputSize], W.AsSpan(direction * Rows * InputSize, Rows * InputSize)),
            Named("weight_hh", [Rows, HiddenSize], R.AsSpan(direction * Rows * HiddenSize, Rows * HiddenSize)),
            Named("bias_ih", [Rows], B.AsSpan(2 * direction * Rows, Rows)),
            Named("bias_hh", [Rows], B.AsSpan(((2 * direction) + 1) * Rows, Rows)),
        ];

        Tensor Named(string name, ImmutableArray<long> shape, ReadOnlySpan<float> rows) =>
            Tensor.FromSingles(name + suffix, shape, cell.FromOnnx(rows));
    }

    private static void Require(OnnxNode node, string what, OnnxTensor tensor, ReadOnlySpan<long> shape)
    {
        if (!tensor.Shape.AsSpan().SequenceEqual(shape))
        {
            throw node.Wrong(
                $"has a {what} of the shape {OnnxTensor.ShapeText(tensor.Shape)}, and needs "
                + OnnxTensor.ShapeText(shape.ToArray()));
        }
    }
}
