namespace Backflow.Engine;

/// <summary>
/// One unit of a cell as flossing sees it: a function of its sums and its old state, with two derivatives.
/// </summary>
/// <remarks>
/// Input g of a unit is (R·h + b_hh) of gate g, with (W·x + b_ih) added where <see cref="InputSide"/> says g. The old
/// state that a gate keeps is the last input. Derived in docs/mathematics/flossing.md.
/// </remarks>
internal abstract class FlossedCell
{
    protected FlossedCell(int gates, int inputs, int states, int keptState)
    {
        Gates = gates;
        Inputs = inputs;
        States = states;
        KeptState = keptState;
    }

    /// <summary>Gates, G.</summary>
    public int Gates { get; }

    /// <summary>Numbers that decide a unit's new state, N.</summary>
    public int Inputs { get; }

    /// <summary>1 for h, 2 for h and c.</summary>
    public int States { get; }

    /// <summary>The state whose old value is the last input; −1 where no gate keeps one.</summary>
    public int KeptState { get; }

    /// <summary>The input that (W·x + b_ih) of a gate is a part of.</summary>
    public virtual int InputSide(int gate) => gate;

    /// <summary>The new state of a unit and its slopes.</summary>
    /// <param name="z">[N].</param>
    /// <param name="values">[States], overwritten.</param>
    /// <param name="slopes">∂value/∂z, [States, N], overwritten.</param>
    public abstract void Evaluate(ReadOnlySpan<double> z, Span<double> values, Span<double> slopes);

    /// <summary>Adds Σ over states of ∂²value/∂z²·v.</summary>
    /// <param name="z">[N].</param>
    /// <param name="v">One vector per state, [States, N].</param>
    /// <param name="result">[N], added to.</param>
    public abstract void AddCurvature(ReadOnlySpan<double> z, ReadOnlySpan<double> v, Span<double> result);

    protected static double Sigmoid(double a) => 1 / (1 + Math.Exp(-a));

    // Of y = σ(a) and y = tanh(a), in terms of y.
    protected static double SigmoidSlope(double y) => y * (1 - y);

    protected static double SigmoidBend(double y) => y * (1 - y) * (1 - (2 * y));

    protected static double TanhSlope(double y) => 1 - (y * y);

    protected static double TanhBend(double y) => -2 * y * (1 - (y * y));
}
