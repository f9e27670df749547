using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>The gradients of many losses by the state of one layer at one timestep: a row per loss.</summary>
/// <remarks>
/// <code>
/// row τ:   [∂L_τ/∂hₜ: H padded][∂L_τ/∂cₜ of an LSTM, or ∂L_τ/∂(r ⊙ hₜ₋₁) of a GRU with reset before: H padded]
/// </code>
/// </remarks>
internal sealed class ReverseRows
{
    private AlignedBuffer _now;
    private AlignedBuffer _before;

    public ReverseRows(int hiddenSize, bool hasSecond, int losses)
    {
        HiddenSize = hiddenSize;
        SecondOffset = ScaledRowsProduct.Pad(hiddenSize);
        Stride = SecondOffset * (hasSecond ? 2 : 1);
        _now = new AlignedBuffer(losses * Stride);
        _before = new AlignedBuffer(losses * Stride);
    }

    public int HiddenSize { get; }

    /// <summary>Floats from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>Floats from a row's gradient of the hidden state to what stands beside it.</summary>
    public int SecondOffset { get; }

    /// <summary>All rows from one loss on, at timestep t.</summary>
    public Span<float> From(int loss) => _now.Span[(loss * Stride)..];

    /// <summary>All rows from one loss on, at timestep t − 1 as far as they have come through the recurrence.</summary>
    public Span<float> BeforeFrom(int loss) => _before.Span[(loss * Stride)..];

    /// <summary>A whole row with its padding.</summary>
    public Span<float> Row(int loss) => From(loss)[..Stride];

    public Span<float> Hidden(int loss) => From(loss)[..HiddenSize];

    public Span<float> Second(int loss) => From(loss).Slice(SecondOffset, HiddenSize);

    /// <summary>
    /// What stood beside the gradient one timestep later: after <see cref="StepBack"/>, before the next product.
    /// </summary>
    public ReadOnlySpan<float> LaterSecond(int loss) => BeforeFrom(loss).Slice(SecondOffset, HiddenSize);

    /// <summary>Goes one timestep back: what reached hₜ₋₁ is now the state's gradient.</summary>
    public void StepBack() => (_now, _before) = (_before, _now);
}
