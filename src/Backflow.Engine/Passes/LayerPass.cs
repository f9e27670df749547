namespace Backflow.Engine;

/// <summary>One layer of a network pass: states, gates and gradients of every timestep.</summary>
/// <remarks>
/// Timesteps are counted from 0 to T − 1 everywhere; the state before the first is at <see cref="Initial"/>. "The state
/// at t" is the one after the cell has read xₜ. States and their gradients are shown where they lie; what lies in
/// another order, or has to be computed, is copied into the caller's buffer. Reading changes nothing and allocates
/// nothing. Shapes are without padding. Timesteps of a reverse layer count in the order in which it reads: its first is
/// the sequence's last, <see cref="PlaceOf"/> says which.
/// </remarks>
public sealed unsafe class LayerPass
{
    /// <summary>The timestep of the initial state, before timestep 0.</summary>
    public const int Initial = -1;

    private readonly NetworkPass _pass;

    internal LayerPass(NetworkPass pass, int index, LayerBuffers buffers)
    {
        _pass = pass;
        Index = index;
        Buffers = buffers;
    }

    /// <summary>The layer's number: 0 next to the input.</summary>
    public int Index { get; }

    /// <summary>The layer's cell and units.</summary>
    public LayerOptions Options => _pass.Network.Options.Layers[Index];

    /// <summary>Timesteps, T.</summary>
    public int SequenceLength => Buffers.Shape.SequenceLength;

    /// <summary>Sequences, B.</summary>
    public int BatchSize => Buffers.Shape.BatchSize;

    /// <summary>
    /// Features that the layer reads at each timestep, I: the input size, or the units of the layer below.
    /// </summary>
    public int InputSize => Buffers.Shape.InputSize;

    /// <summary>Units, H.</summary>
    public int HiddenSize => Buffers.Shape.HiddenSize;

    /// <summary>Gates as PyTorch counts them, G: 1 for an Elman network, 4 for the LSTM, 3 for the GRU.</summary>
    public int GateCount => Buffers.Kernels.Gates.Gates;

    /// <summary>Whether there is a cell state c beside h.</summary>
    public bool HasCellState => Buffers.Kernels.HasCellState;

    /// <summary>Where in the sequence a timestep of this layer lies: of a reverse layer from the end.</summary>
    /// <param name="t">The timestep, in [0, T).</param>
    /// <param name="sequence">The sequence, in [0, B): its own end counts.</param>
    /// <returns>The place, in [0, T).</returns>
    public int PlaceOf(int t, int sequence)
    {
        RequireTimestep(t);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)sequence, (uint)BatchSize, nameof(sequence));
        return Options.IsReverse ? BothDirections.Mirrored(Buffers, t, sequence) : t;
    }

    /// <summary>Whether gates of every timestep are kept: false in a pass that recomputes them.</summary>
    public bool KeepsGates => Buffers.GateTimesteps == SequenceLength;

    /// <summary>Whether <see cref="LocalGradient"/> can be computed: from the layer above, or from a head.</summary>
    public bool HasLocalGradient => Above >= _pass.Layers.Length
        ? _pass.Head is not null
        : IsCopiedAbove || _pass.Layers[Above].KeepsGates;

    internal LayerBuffers Buffers { get; }

    /// <summary>The first layer that reads this one.</summary>
    private int Above => _pass.Network.Options.HasReverse(Index) ? Index + 2 : Index + 1;

    private bool HasTwoDirections => Options.IsReverse || _pass.Network.Options.HasReverse(Index);

    /// <summary>Whether what lies above has copied the states, so that it keeps ∂L/∂x of them.</summary>
    private bool IsCopiedAbove => HasTwoDirections || _pass.Network.Options.HasReverse(Above);

    /// <summary>The hidden state after a timestep.</summary>
    /// <param name="t">The timestep, in [0, T), or <see cref="Initial"/>.</param>
    /// <returns>hₜ, [B, H].</returns>
    public BatchRows Hidden(int t) => State(Buffers.Hidden, t, isGradient: false);

    /// <summary>The total gradient of the hidden state after a timestep.</summary>
    /// <param name="t">The timestep, in [0, T), or <see cref="Initial"/>.</param>
    /// <returns>∂L/∂hₜ, [B, H], after the backward pass.</returns>
    public BatchRows HiddenGradient(int t) => State(Buffers.DHidden, t, isGradient: true);

    /// <summary>The cell state after a timestep.</summary>
    /// <param name="t">The timestep, in [0, T), or <see cref="Initial"/>.</param>
    /// <returns>cₜ, [B, H].</returns>
    /// <exception cref="InvalidOperationException">The cell has no cell state.</exception>
    public BatchRows Cell(int t)
    {
        RequireCellState();
        return State(Buffers.Cell, t, isGradient: false);
    }

    /// <summary>The total gradient of the cell state after a timestep.</summary>
    /// <param name="t">The timestep, in [0, T), or <see cref="Initial"/>.</param>
    /// <returns>∂L/∂cₜ, [B, H], after the backward pass.</returns>
    /// <exception cref="InvalidOperationException">The cell has no cell state.</exception>
    public BatchRows CellGradient(int t)
    {
        RequireCellState();
        return State(Buffers.DCell, t, isGradient: true);
    }

    /// <summary>What the layer read at a timestep, dropout included.</summary>
    /// <param name="t">The timestep, in [0, T).</param>
    /// <returns>xₜ, [B, I].</returns>
    public BatchRows Input(int t)
    {
        RequireTimestep(t);
        LayerShape shape = Buffers.Shape;
        int length = BatchSize * shape.InputStride;
        return new BatchRows(
            new ReadOnlySpan<float>(Buffers.X + ((nint)t * length), length),
            shape.InputStride,
            shape.InputSize,
            isPaddedWithZeros: false);
    }

    /// <summary>
    /// What R multiplied at a timestep for the candidate: hₜ₋₁, or the masked state, such as r ⊙ hₜ₋₁.
    /// </summary>
    /// <param name="t">The timestep, in [0, T).</param>
    /// <returns>[B, H].</returns>
    public BatchRows CandidateState(int t)
    {
        RequireTimestep(t);
        if (Options.Cell.MaskGate is null)
        {
            return Hidden(t - 1);
        }

        RequireGates();
        int length = BatchSize * Buffers.Shape.HiddenStride;
        return new BatchRows(
            Buffers.Auxiliary.Span.Slice(t * length, length),
            Buffers.Shape.HiddenStride,
            HiddenSize,
            isPaddedWithZeros: false);
    }

    /// <summary>Copies one gate of a timestep: its activation before the backward pass.</summary>
    /// <param name="gate">The gate's number in PyTorch's order.</param>
    /// <param name="t">The timestep, in [0, T).</param>
    /// <param name="values">[B, H], overwritten. An Elman network has its pre-activation here; φ of it is h.</param>
    /// <remarks>The backward pass puts ∂L/∂(pre-activation) of the input side in the activations' place.</remarks>
    /// <exception cref="InvalidOperationException">The pass recomputes its gates.</exception>
    public void Gate(int gate, int t, Span<float> values)
    {
        RequireTimestep(t);
        RequireGates();
        GateLayout gates = Buffers.Kernels.Gates;
        ShapeGuard.HasShape(values.Length, 1, BatchSize, HiddenSize, nameof(values), "[1, B, H]");
        int slot = gates.InputSlot + gates.InputGates.IndexOf(gate);
        GatePanels.Copy(Buffers, t, slot, [0], values, HiddenSize, 0);
    }

    /// <summary>Copies all gates of a timestep, faster than one by one.</summary>
    /// <param name="t">The timestep, in [0, T).</param>
    /// <param name="values">[G, B, H], overwritten: the gates in PyTorch's order, each as from
    /// <see cref="Gate"/>.</param>
    /// <exception cref="InvalidOperationException">The pass recomputes its gates.</exception>
    public void Gates(int t, Span<float> values)
    {
        RequireTimestep(t);
        RequireGates();
        GateLayout gates = Buffers.Kernels.Gates;
        ShapeGuard.HasShape(values.Length, gates.Gates, BatchSize, HiddenSize, nameof(values), "[G, B, H]");
        GatePanels.Copy(
            Buffers, t, gates.InputSlot, gates.InputGates.AsSpan(), values, HiddenSize, BatchSize * HiddenSize);
    }

    /// <summary>Copies ∂L/∂(W·x + b_ih) of a timestep, after the backward pass.</summary>
    /// <param name="t">The timestep, in [0, T).</param>
    /// <param name="gradient">[B, G·H], overwritten.</param>
    /// <exception cref="InvalidOperationException">The pass recomputes its gates.</exception>
    public void InputSideGradient(int t, Span<float> gradient)
    {
        GateLayout gates = Buffers.Kernels.Gates;
        CopySide(t, gates.InputGates.AsSpan(), gates.InputSlot, gradient);
    }

    /// <summary>Copies ∂L/∂(R·h + b_hh) of a timestep, after the backward pass.</summary>
    /// <param name="t">The timestep, in [0, T).</param>
    /// <param name="gradient">[B, G·H], overwritten. Only the candidate of a GRU differs from the input side.</param>
    /// <exception cref="InvalidOperationException">The pass recomputes its gates.</exception>
    public void RecurrentSideGradient(int t, Span<float> gradient)
    {
        GateLayout gates = Buffers.Kernels.Gates;
        CopySide(t, gates.RecurrentGates.AsSpan(), gates.RecurrentSlot, gradient);
    }

    /// <summary>
    /// Copies what dropout multiplied the layer's input by at a timestep: 1 everywhere without dropout.
    /// </summary>
    /// <param name="t">The timestep, in [0, T).</param>
    /// <param name="factors">[B, I], overwritten.</param>
    public void DropoutFactors(int t, Span<float> factors)
    {
        RequireTimestep(t);
        LayerShape shape = Buffers.Shape;
        ShapeGuard.HasShape(factors.Length, 1, BatchSize, shape.InputSize, nameof(factors), "[1, B, I]");
        factors.Fill(1);
        DropoutMask? drawn = Options.IsReverse ? _pass.Layers[Index - 1].Buffers.InputDropout : Buffers.InputDropout;
        for (int i = 0; drawn is DropoutMask mask && i < factors.Length; i++)
        {
            (int row, int unit) = Math.DivRem(i, shape.InputSize);
            factors[i] = mask[((((long)PlaceOf(t, row) * BatchSize) + row) * shape.InputStride) + unit];
        }
    }

    /// <summary>Computes the local gradient of the hidden state after a timestep: what the head, or the layer above,
    /// asks of it.</summary>
    /// <param name="t">The timestep, in [0, T).</param>
    /// <param name="gradient">[B, H], overwritten.</param>
    /// <remarks>To be called after the backward pass.</remarks>
    /// <exception cref="InvalidOperationException">
    /// The top layer of a network without head: its local gradient is what the caller set. Or the layer above
    /// recomputes its gates.
    /// </exception>
    public void LocalGradient(int t, Span<float> gradient)
    {
        RequireTimestep(t);
        ShapeGuard.HasShape(gradient.Length, 1, BatchSize, HiddenSize, nameof(gradient), "[1, B, H]");
        if (Above < _pass.Layers.Length && IsCopiedAbove)
        {
            _pass.Stages.LocalGradientFromAbove(Index, Above, t, gradient);
        }
        else if (Above < _pass.Layers.Length)
        {
            LayerPass above = _pass.Layers[Above];
            above.RequireGates();
            Engine.LocalGradient.FromAbove(above.Buffers, t, gradient);
        }
        else if (_pass.Head is LinearHead head && HasTwoDirections)
        {
            head.ReadLocalGradient(Buffers, t, gradient);
        }
        else if (_pass.Head is LinearHead only)
        {
            Engine.LocalGradient.FromHead(_pass.Network, only, Buffers.Shape, t, gradient);
        }
        else
        {
            throw new InvalidOperationException(
                "The top layer of a network without head has the local gradient that SetOutputGradient was given.");
        }

        if (Buffers.FinalHiddenGradient is float[] final)
        {
            for (int row = 0; row < BatchSize; row++)
            {
                if (t != (Buffers.Ends?[row] ?? SequenceLength) - 1)
                {
                    continue;
                }

                Span<float> target = gradient.Slice(row * HiddenSize, HiddenSize);
                System.Numerics.Tensors.TensorPrimitives.Add(
                    target, final.AsSpan(row * Buffers.Shape.HiddenStride, HiddenSize), target);
            }
        }
    }

    /// <summary>Sets the state before the first timestep.</summary>
    /// <param name="hidden">The initial hidden state, [B, H].</param>
    /// <param name="cell">The initial cell state, [B, H]; empty for cells without one.</param>
    public void SetInitialState(ReadOnlySpan<float> hidden, ReadOnlySpan<float> cell = default) =>
        SetState(Initial, hidden, cell);

    /// <summary>Sets the state after a timestep, as when a checkpoint puts the last final state back.</summary>
    /// <param name="t"><see cref="Initial"/>, or T − 1 for the final state, which
    /// <see cref="NetworkPass.CarryState"/> reads.</param>
    /// <param name="hidden">h, [B, H].</param>
    /// <param name="cell">c, [B, H]; empty for cells without one.</param>
    public void SetState(int t, ReadOnlySpan<float> hidden, ReadOnlySpan<float> cell = default)
    {
        int stride = Buffers.Shape.HiddenStride;
        ShapeGuard.HasShape(hidden.Length, 1, BatchSize, HiddenSize, nameof(hidden), "[1, B, H]");
        PaddedRows.Import(hidden, HiddenSize, At(Buffers.Hidden, t), stride);
        if (HasCellState)
        {
            ShapeGuard.HasShape(cell.Length, 1, BatchSize, HiddenSize, nameof(cell), "[1, B, H]");
            PaddedRows.Import(cell, HiddenSize, At(Buffers.Cell, t), stride);
        }
    }

    /// <summary>Adds a gradient of the final state to what the loss asks of the outputs.</summary>
    /// <param name="hidden">∂L/∂h of the final state, [B, H].</param>
    /// <param name="cell">∂L/∂c of the final state, [B, H]; empty for cells without one.</param>
    /// <remarks>Every backward pass from now on begins with them, until <see cref="ClearFinalStateGradient"/>. Only the
    /// first call allocates.</remarks>
    public void SetFinalStateGradient(ReadOnlySpan<float> hidden, ReadOnlySpan<float> cell = default)
    {
        Buffers.FinalHiddenGradient = Padded(hidden, Buffers.FinalHiddenGradient, nameof(hidden));
        if (HasCellState)
        {
            Buffers.FinalCellGradient = Padded(cell, Buffers.FinalCellGradient, nameof(cell));
        }
    }

    /// <summary>Lets backward passes begin with what the loss asks of the outputs alone.</summary>
    public void ClearFinalStateGradient()
    {
        Buffers.FinalHiddenGradient = null;
        Buffers.FinalCellGradient = null;
    }

    /// <summary>
    /// Lets every forward pass from now on begin each timestep from states that another program computed, and keeps how
    /// far its own were off.
    /// </summary>
    /// <param name="hidden">h, [T, B, H]; empty to compute them again. What lies beyond a sequence's end is
    /// ignored.</param>
    /// <remarks>The cell state of an LSTM is computed: a layer's output does not show it.</remarks>
    /// <exception cref="InvalidOperationException">The pass recomputes its gates.</exception>
    public void ObserveStates(ReadOnlySpan<float> hidden)
    {
        RequireGates();
        if (hidden.IsEmpty)
        {
            Buffers.Observed = null;
            return;
        }

        ShapeGuard.HasShape(hidden.Length, SequenceLength, BatchSize, HiddenSize, nameof(hidden), "[T, B, H]");
        Buffers.Observed ??= new ObservedStates(Buffers.Shape);
        Buffers.Observed.Set(hidden);
    }

    /// <summary>
    /// The largest difference of an element between a state that the forward pass computed, one timestep from an
    /// observed one, and the one observed: 0 or more, NaN where one is not a number.
    /// </summary>
    /// <exception cref="InvalidOperationException">No states were observed.</exception>
    public double ObservedDeviation => Buffers.Observed?.Deviation
        ?? throw new InvalidOperationException($"Layer {Index} computes its states; ObserveStates was not called.");

    internal void ResetState()
    {
        At(Buffers.Hidden, Initial).Clear();
        if (HasCellState)
        {
            At(Buffers.Cell, Initial).Clear();
        }
    }

    internal void CarryState()
    {
        At(Buffers.Hidden, SequenceLength - 1).CopyTo(At(Buffers.Hidden, Initial));
        if (HasCellState)
        {
            At(Buffers.Cell, SequenceLength - 1).CopyTo(At(Buffers.Cell, Initial));
        }
    }

    private BatchRows State(AlignedBuffer states, int t, bool isGradient) =>
        new(At(states, t), Buffers.Shape.HiddenStride, HiddenSize, isGradient);

    private Span<float> At(AlignedBuffer states, int t)
    {
        if (t < Initial || t >= SequenceLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(t), t, $"A state has timesteps 0 to {SequenceLength - 1}, and {Initial} for the initial one.");
        }

        return Buffers.StateAt(states, t);
    }

    private float[] Padded(ReadOnlySpan<float> values, float[]? room, string name)
    {
        ShapeGuard.HasShape(values.Length, 1, BatchSize, HiddenSize, name, "[1, B, H]");
        float[] padded = room ?? new float[BatchSize * Buffers.Shape.HiddenStride];
        PaddedRows.Import(values, HiddenSize, padded, Buffers.Shape.HiddenStride);
        return padded;
    }

    private void CopySide(int t, ReadOnlySpan<int> gateOfSlot, int firstSlot, Span<float> gradient)
    {
        RequireTimestep(t);
        RequireGates();
        int width = gateOfSlot.Length * HiddenSize;
        ShapeGuard.HasShape(gradient.Length, 1, BatchSize, width, nameof(gradient), "[1, B, G·H]");
        GatePanels.Copy(Buffers, t, firstSlot, gateOfSlot, gradient, width, HiddenSize);
    }

    private void RequireTimestep(int t)
    {
        if (t < 0 || t >= SequenceLength)
        {
            throw new ArgumentOutOfRangeException(nameof(t), t, $"Timesteps are 0 to {SequenceLength - 1}.");
        }
    }

    private void RequireCellState()
    {
        if (!HasCellState)
        {
            throw new InvalidOperationException($"Layer {Index} has no cell state.");
        }
    }

    private void RequireGates()
    {
        if (!KeepsGates)
        {
            throw new InvalidOperationException(
                "Gates were not kept: this pass computes most of them again, segment by segment. "
                + "Build it with recompute: false.");
        }
    }
}
