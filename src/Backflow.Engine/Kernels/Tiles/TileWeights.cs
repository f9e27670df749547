namespace Backflow.Engine.Kernels;

/// <summary>
/// The weights of a layer as right operands of tiles, packed once per step, and which products use them.
/// </summary>
/// <remarks>
/// Decided by the shape of a batch alone, never by how many threads share it, so that the bits do not depend on them.
/// Tiles take terms by 32 and rows by 16: what is much smaller stays with the vectors.
/// </remarks>
internal sealed unsafe class TileWeights
{
    /// <summary>Rows from which tiles are faster than vectors, and terms.</summary>
    private const int LeastRows = 8;
    private const int LeastTerms = 16;

    private readonly AlignedBuffer _input;
    private readonly AlignedBuffer _recurrent;
    private readonly AlignedBuffer _transposedInput;
    private readonly AlignedBuffer _transposedRecurrent;

    /// <summary>Plans the products of a layer and takes room for its weights.</summary>
    public TileWeights(LayerShape shape, GateLayout gates)
    {
        int rows = shape.SequenceLength * shape.BatchSize;
        UsesInput = rows >= LeastRows && shape.InputSize >= LeastTerms;
        UsesState = rows >= LeastRows && shape.HiddenSize >= LeastTerms;
        UsesRecurrent = shape.BatchSize >= LeastRows && shape.HiddenSize >= LeastTerms;
        int inputColumns = gates.InputGates.Length * shape.HiddenStride;
        int recurrentColumns = gates.RecurrentGates.Length * shape.HiddenStride;
        _input = Room(UsesInput, inputColumns, shape.InputSize);
        _recurrent = Room(UsesRecurrent, recurrentColumns, shape.HiddenSize);
        _transposedInput = Room(UsesInput, shape.InputStride, inputColumns);

        // A cell that packs its gates in two parts rounds both up to whole blocks.
        _transposedRecurrent = Room(UsesRecurrent, shape.HiddenStride, recurrentColumns + TileOperand.BlockTerms);
    }

    /// <summary>Whether A = b + X·Wᵀ, ∂L/∂x = dA·W and ∂L/∂W are products of tiles.</summary>
    public bool UsesInput { get; }

    /// <summary>Whether hₜ₋₁·Rᵀ and dAₜ·R are products of tiles.</summary>
    public bool UsesRecurrent { get; }

    /// <summary>Whether ∂L/∂R is a product of tiles: it sums over all timesteps, so one sequence is enough.</summary>
    public bool UsesState { get; }

    /// <summary>Whether any weight gradient is a product of tiles.</summary>
    public bool UsesAny => UsesInput || UsesState;

    /// <summary>W for the way forward.</summary>
    public byte* Input => (byte*)_input.Pointer;

    /// <summary>R for the way forward.</summary>
    public byte* Recurrent => (byte*)_recurrent.Pointer;

    /// <summary>W for the way back.</summary>
    public byte* TransposedInput => (byte*)_transposedInput.Pointer;

    /// <summary>R for the way back.</summary>
    public byte* TransposedRecurrent => (byte*)_transposedRecurrent.Pointer;

    /// <summary>Packs a matrix for the way forward.</summary>
    public static void PackPanels(float* weights, PanelLayout storage, byte* packed)
    {
        for (int panel = 0; panel < storage.Panels; panel++)
        {
            int columns = storage.UnitsOf(panel) * storage.Gates;
            TileOperand.PackRight(weights + storage.PanelOffset(panel), columns, storage.Columns, columns, packed);
            packed += ColumnOffset(columns, storage.Columns);
        }
    }

    /// <summary>Packs what <see cref="TransposedStrips"/> made for the way back.</summary>
    /// <param name="strips">[strips, terms, 64].</param>
    /// <param name="terms">Rows of a strip.</param>
    /// <param name="columns">Columns of all strips.</param>
    /// <param name="packed">Where to.</param>
    public static void PackStrips(float* strips, int terms, int columns, byte* packed)
    {
        for (int column = 0; column < columns; column += TransposedStrips.StripColumns)
        {
            int width = Math.Min(TransposedStrips.StripColumns, columns - column);
            TileOperand.PackRight(strips, width, terms, width, packed);
            strips += terms * width;
            packed += ColumnOffset(width, terms);
        }
    }

    /// <summary>Bytes from the first column of a right operand to another.</summary>
    public static nint ColumnOffset(int column, int terms) =>
        (nint)(column / TileOperand.TileRows) * TileOperand.Stride(terms);

    private static AlignedBuffer Room(bool isUsed, int columns, int terms) =>
        new(isUsed ? TileOperand.Floats(columns, terms) : 0);
}
