using System.Collections.Immutable;
using Backflow.Engine.Kernels;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine;

/// <summary>What a recurrent cell is: everything that is asked about it anywhere.</summary>
/// <remarks>
/// Each cell has one description beside its kernels. A cell from outside is described with its equations and made known
/// by <see cref="Cells.Register"/>; names in configurations, checkpoints and pages then find it.
/// </remarks>
public sealed class CellDescription
{
    private readonly ICellKernelSource _kernels;
    private readonly Func<ReferenceCell>? _twin;

    /// <summary>Describes a cell by its equations.</summary>
    /// <param name="equations">Forward and backward pass, unit by unit.</param>
    /// <param name="twin">The same in double, written apart: gradient checks and Jacobians come from it.</param>
    public CellDescription(ICellEquations<float> equations, ICellEquations<double>? twin = null)
    {
        _kernels = new ElementwiseKernelSource(this, equations);
        _twin = twin is null ? null : () => new ReferenceElementwise(this, twin);
        Twin = twin;
    }

    internal CellDescription(ICellKernelSource kernels, Func<ReferenceCell> twin)
    {
        _kernels = kernels;
        _twin = twin;
    }

    /// <summary>The name in options, configurations and addresses: small letters, digits, hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>Other names that users type.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>The name in charts and tables: "LSTM".</summary>
    public required string Title { get; init; }

    /// <summary>The gates, in the order of the rows of W and R; an Elman network has one.</summary>
    public required ImmutableArray<CellGate> Gates
    {
        get;
        init
        {
            field = value;
            GateNames = value.Length > 1 ? [.. value.Select(static gate => gate.Name)] : [];
        }
    }

    /// <summary>The names of the gates, made once; empty for a cell with one gate, which is its state.</summary>
    public ImmutableArray<string> GateNames { get; private init; }

    /// <summary>Whether the cell has several gates.</summary>
    public bool IsGated => Gates.Length > 1;

    /// <summary>Whether a cell state c exists beside h.</summary>
    public bool HasCellState { get; init; }

    /// <summary>The gate that keeps the old state; null where the cell has none.</summary>
    public KeepGate? Keep { get; init; }

    /// <summary>The gate that masks the state for the masked gates: r of r ⊙ h; null where none does.</summary>
    public int? MaskGate { get; init; }

    /// <summary>The activation that bounds h.</summary>
    public CellActivation StateActivation { get; init; } = CellActivation.Tanh;

    /// <summary>φ of a cell that is hₜ = φ(W·xₜ + R·hₜ₋₁ + b), an Elman network; null for all other cells.</summary>
    public CellActivation? ElmanActivation { get; init; }

    /// <summary>
    /// k of a cell that also reads hₜ₋ₖ; 0 for cells that read hₜ₋₁ alone. From 2 on, the state after a timestep does
    /// not decide what follows: who computes timesteps one by one would lose what was skipped.
    /// </summary>
    public int SkipTimesteps { get; internal init; }

    /// <summary>The gate whose bias the forget bias sets; null where a forget bias means nothing.</summary>
    public GateBias? ForgetBias { get; init; }

    /// <summary>The gates whose biases a chrono initialisation sets; empty where it means nothing.</summary>
    public ImmutableArray<GateBias> ChronoBiases { get; init; } = [];

    /// <summary>The double twin's equations, where the cell was described by equations and has one.</summary>
    public ICellEquations<double>? Twin { get; }

    /// <summary>Whether gradient checks can measure the cell.</summary>
    public bool HasTwin => _twin is not null;

    /// <summary>The largest derivative of any of the activations.</summary>
    public double LargestSlope => Gates.Max(static gate => gate.Activation.LargestSlope);

    /// <summary>What the candidate's recurrent product reads: "h", or "r ⊙ h".</summary>
    public string CandidateReads => MaskGate is int gate ? $"{Gates[gate].Symbol} ⊙ h" : "h";

    /// <summary>The first gate whose product reads the masked state; the number of gates where none does.</summary>
    public int FirstMaskedGate
    {
        get
        {
            int first = Gates.Length;
            while (first > 0 && Gates[first - 1].ReadsMaskedState)
            {
                first--;
            }

            return first;
        }
    }

    internal Func<FlossedCell>? Flossed { get; init; }

    /// <summary>Trainable numbers of one layer: G·(H·(I + H) + 2·H).</summary>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <returns>Their number.</returns>
    public long ParameterCount(int inputSize, int hiddenSize) =>
        Gates.Length * (long)hiddenSize * ((long)inputSize + hiddenSize + 2);

    /// <summary>Operations of one layer's products forward, for one timestep of one sequence: 2·G·H·(I + H).</summary>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <returns>Their number; the backward pass needs twice as many again.</returns>
    public long OperationsPerTimestep(int inputSize, int hiddenSize) =>
        2 * Gates.Length * (long)hiddenSize * ((long)inputSize + hiddenSize);

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal CellKernels CreateKernels<TSimd, TVector>(bool usesTiles)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => _kernels.Create<TSimd, TVector>(usesTiles);

    internal ReferenceCell CreateTwin() => _twin?.Invoke()
        ?? throw new InvalidOperationException($"The cell '{Name}' has no double twin, so nothing can check it.");

    /// <summary>Throws where parts of the description contradict each other.</summary>
    internal void Validate()
    {
        if (Name.Length == 0 || !Name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            throw Invalid($"its name must consist of small letters, digits and hyphens, got '{Name}'");
        }

        if (Gates.Length is < 1 or > ElementwiseLimits.MostGates)
        {
            throw Invalid($"a cell has 1 to {ElementwiseLimits.MostGates} gates, got {Gates.Length}");
        }

        int firstMasked = FirstMaskedGate;
        if (Gates[..firstMasked].Any(static gate => gate.ReadsMaskedState))
        {
            throw Invalid("gates that read the masked state must come last");
        }

        if ((MaskGate is not null) != (firstMasked < Gates.Length) || MaskGate >= firstMasked || MaskGate < 0)
        {
            throw Invalid("MaskGate must name an unmasked gate exactly where a gate reads the masked state");
        }

        if (HasCellState && MaskGate is not null)
        {
            throw Invalid("a cell has a cell state or a masked state, not both");
        }

        IEnumerable<int> named = [Keep?.Gate ?? 0, ForgetBias?.Gate ?? 0, .. ChronoBiases.Select(static b => b.Gate)];
        if (named.Any(gate => gate < 0 || gate >= Gates.Length))
        {
            throw Invalid($"Keep, ForgetBias and ChronoBiases must name gates from 0 to {Gates.Length - 1}");
        }
    }

    private ArgumentException Invalid(string reason) => new($"The cell '{Name}' cannot be described so: {reason}.");
}
