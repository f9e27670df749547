using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Tensors;

namespace Backflow.Training;

/// <summary>The tensors of a checkpoint on their way into a session: all are checked before the first is
/// written.</summary>
/// <remarks>A session that took half of a checkpoint would be neither the old one nor the new one.</remarks>
internal sealed class CheckedTensors(SafetensorsFile file)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<Action> _writes = [];

    /// <summary>Checks what belongs to a parameter: its values, or an optimizer's state of its shape.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="parameter">Whose shape it must have.</param>
    /// <param name="buffer">[all parameters], overwritten when all are written.</param>
    public void Take(string name, Parameter parameter, AlignedBuffer buffer)
    {
        Tensor tensor = Check(name, [.. parameter.Shape.Select(static size => (long)size)]);
        _writes.Add(() => parameter.Import(tensor.ToSingles(), buffer.Span));
    }

    /// <summary>Checks the final states of a layer.</summary>
    /// <param name="pass">Whose last timestep takes the states when all are written.</param>
    /// <param name="layer">Counted from the input.</param>
    /// <param name="hiddenSize">Its units, H.</param>
    public void TakeState(NetworkPass pass, int layer, int hiddenSize)
    {
        ImmutableArray<long> shape = [pass.BatchSize, hiddenSize];
        Tensor hidden = Check($"state.hidden_l{layer}", shape);
        Tensor? cell = pass.Layers[layer].HasCellState ? Check($"state.cell_l{layer}", shape) : null;
        _writes.Add(() =>
            pass.Layers[layer].SetState(pass.SequenceLength - 1, hidden.ToSingles(), cell?.ToSingles() ?? []));
    }

    /// <summary>Refuses a file that has more than was taken: it belongs to another optimizer or network.</summary>
    public void RequireNoOther()
    {
        if (file.Tensors.FirstOrDefault(tensor => !_names.Contains(tensor.Name)) is Tensor other)
        {
            throw CheckpointContent.Misfit($"the run has no tensor '{other.Name}'");
        }
    }

    /// <summary>Writes all that was taken.</summary>
    public void Write()
    {
        foreach (Action write in _writes)
        {
            write();
        }
    }

    private Tensor Check(string name, ImmutableArray<long> shape)
    {
        _names.Add(name);
        Tensor tensor = file.Tensors.FirstOrDefault(tensor => tensor.Name == name)
            ?? throw CheckpointContent.Misfit($"it has no tensor '{name}'");
        return tensor.DataType == TensorDataType.F32 && tensor.Shape.SequenceEqual(shape)
            ? tensor
            : throw CheckpointContent.Misfit(
                $"tensor '{name}' is {tensor.DataType} {Bracketed(tensor.Shape)}, not F32 {Bracketed(shape)}");
    }

    private static string Bracketed(ImmutableArray<long> shape) => $"[{string.Join(", ", shape)}]";
}
