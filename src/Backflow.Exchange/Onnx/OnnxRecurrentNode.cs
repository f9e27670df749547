using System.Collections.Immutable;

namespace Backflow.Exchange.Onnx;

/// <summary>What the attributes of an RNN, LSTM or GRU node say.</summary>
internal sealed record OnnxRecurrentNode
{
    private const string Forward = "forward";
    private const string Reverse = "reverse";
    private const string Bidirectional = "bidirectional";

    private static readonly ImmutableArray<string> Known =
    [
        "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size", "input_forget",
        OnnxCell.ResetAfterAttribute, "layout", "output_sequence",
    ];

    /// <summary>RNN, LSTM or GRU.</summary>
    public required string Operator { get; init; }

    /// <summary>H.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>D: 1, or 2 of a bidirectional node.</summary>
    public int Directions => IsBidirectional ? 2 : 1;

    /// <summary>Whether the node has both directions.</summary>
    public required bool IsBidirectional { get; init; }

    /// <summary>Whether the node reads from the last timestep to the first, alone.</summary>
    public required bool IsReverse { get; init; }

    /// <summary>Whether sequences are the first axis (layout 1), not timesteps.</summary>
    public required bool IsBatchFirst { get; init; }

    /// <summary>The limit of pre-activations, or null.</summary>
    public required double? Clip { get; init; }

    /// <summary>Whether f = 1 − i.</summary>
    public required bool CouplesForget { get; init; }

    /// <summary>Whether the reset gate of a GRU applies after the recurrent product.</summary>
    public required bool IsResetAfter { get; init; }

    /// <summary>The activations, direction by direction.</summary>
    public required ImmutableArray<OnnxActivation> Activations { get; init; }

    /// <summary>Gates, G.</summary>
    public int Gates => Layout.Gates.Length;

    /// <summary>Whether there is a cell state.</summary>
    public bool HasCellState => Layout.HasCellState;

    private OnnxCell Layout => OnnxCell.All.First(cell => cell.Operator == Operator);

    /// <summary>Whether an operator is recurrent.</summary>
    public static bool Is(string operation) => OnnxCell.All.Any(cell => cell.Operator == operation);

    /// <summary>Reads a node.</summary>
    /// <exception cref="ExchangeException">An attribute is missing, unknown, or has no such value.</exception>
    public static OnnxRecurrentNode Read(OnnxNode node)
    {
        string unknown = node.Attributes.FirstOrDefault(static name => !Known.Contains(name), "");
        if (unknown.Length > 0)
        {
            throw node.Wrong($"has an attribute {OnnxRefusal.Quote(unknown)}, which the operator does not have");
        }

        string direction = node.Text("direction", Forward);
        if (direction is not (Forward or Reverse or Bidirectional))
        {
            throw node.Wrong($"has the direction {OnnxRefusal.Quote(direction)}");
        }

        long hidden = node.Whole("hidden_size", 0);
        if (hidden is < 1 or > int.MaxValue / 8)
        {
            throw node.Wrong(node.Has("hidden_size")
                ? $"has the hidden_size {hidden}"
                : "has no attribute hidden_size, without which no runtime takes it");
        }

        bool isBidirectional = direction == Bidirectional;
        ImmutableArray<string> defaults = OnnxCell.All.First(cell => cell.Operator == node.Operator).Activations;
        return new OnnxRecurrentNode
        {
            Operator = node.Operator,
            HiddenSize = (int)hidden,
            IsBidirectional = isBidirectional,
            IsReverse = direction == Reverse,
            IsBatchFirst = Flag(node, "layout"),
            Clip = node.Number("clip"),
            CouplesForget = Flag(node, "input_forget"),
            IsResetAfter = Flag(node, OnnxCell.ResetAfterAttribute),
            Activations = OnnxActivation.Read(node, isBidirectional ? [.. defaults, .. defaults] : defaults),
        };
    }

    /// <summary>The engine's cell that computes the same in one direction; null where none does.</summary>
    /// <param name="direction">0, or 1 of the reverse direction of a bidirectional node.</param>
    public OnnxCell? CellOf(int direction)
    {
        int each = Activations.Length / Directions;
        IEnumerable<string> names = Activations.Skip(direction * each).Take(each).Select(static one => one.Name);
        return Clip is not null || CouplesForget ? null : OnnxCell.All.FirstOrDefault(cell =>
            cell.Operator == Operator
            && (cell.IsResetAfter == IsResetAfter || cell.Gates.Length == 1 || cell.HasCellState)
            && cell.Activations.SequenceEqual(names));
    }

    /// <summary>What keeps the engine from computing the node, in words; null where nothing does.</summary>
    public string? Obstacle()
    {
        int each = Activations.Length / Directions;
        return Clip is not null ? "limits its pre-activations (clip)"
            : CouplesForget ? "computes its forget gate from its input gate (input_forget)"
            : Enumerable.Range(0, Directions).Any(direction => CellOf(direction) is null)
                ? $"has the activations {string.Join(", ", Activations.Take(each).Select(static one => one.Name))}"
            : null;
    }

    private static bool Flag(OnnxNode node, string name) => node.Whole(name, 0) switch
    {
        0 => false,
        1 => true,
        long other => throw node.Wrong($"has {other} as its {name}, which is 0 or 1"),
    };
}
