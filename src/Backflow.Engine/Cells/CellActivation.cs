namespace Backflow.Engine;

/// <summary>An activation of a gate or of a state, with two derivatives in terms of its value, in double.</summary>
public sealed class CellActivation
{
    private readonly Func<double, double> _value;
    private readonly Func<double, double> _slope;
    private readonly Func<double, double> _bend;

    private CellActivation(
        string name, Func<double, double> value, Func<double, double> slope, Func<double, double> bend)
    {
        Name = name;
        _value = value;
        _slope = slope;
        _bend = bend;
    }

    /// <summary>tanh, from −1 to 1.</summary>
    public static CellActivation Tanh { get; } = new(
        "tanh", Math.Tanh, static y => 1 - (y * y), static y => -2 * y * (1 - (y * y)))
    {
        LargestSlope = 1,
        IsSigned = true,
        Saturates = true,
    };

    /// <summary>The logistic sigmoid σ, from 0 to 1.</summary>
    public static CellActivation Sigmoid { get; } = new(
        "sigmoid",
        static a => 1 / (1 + Math.Exp(-a)),
        static y => y * (1 - y),
        static y => y * (1 - y) * (1 - (2 * y)))
    {
        LargestSlope = 0.25,
        Saturates = true,
    };

    /// <summary>max(0, a), whose slope is 0 up to 0 and 1 beyond; 0 at 0 itself, as in PyTorch.</summary>
    public static CellActivation Relu { get; } = new(
        "ReLU", static a => a <= 0 ? 0 : a, static y => y > 0 ? 1 : 0, static _ => 0)
    {
        LargestSlope = 1,
        Dies = true,
    };

    /// <summary>The value itself, for a cell whose equations apply an activation of their own.</summary>
    public static CellActivation Identity { get; } = new(
        "identity", static a => a, static _ => 1, static _ => 0)
    {
        LargestSlope = 1,
        IsSigned = true,
    };

    /// <summary>The name: "tanh", "sigmoid", "ReLU" or "identity".</summary>
    public string Name { get; }

    /// <summary>The largest derivative, γ.</summary>
    public double LargestSlope { get; private init; }

    /// <summary>Whether values are negative and positive, so that their magnitude says how far out they are.</summary>
    public bool IsSigned { get; private init; }

    /// <summary>Whether the derivative fades where the value approaches a bound.</summary>
    public bool Saturates { get; private init; }

    /// <summary>Whether value and derivative are exactly 0 below 0, so that a unit can die.</summary>
    public bool Dies { get; private init; }

    /// <summary>φ(a).</summary>
    /// <param name="a">The pre-activation.</param>
    /// <returns>The activation.</returns>
    public double Value(double a) => _value(a);

    /// <summary>φ′ in terms of y = φ(a).</summary>
    /// <param name="y">The activation.</param>
    /// <returns>The first derivative.</returns>
    public double Slope(double y) => _slope(y);

    /// <summary>φ″ in terms of y = φ(a).</summary>
    /// <param name="y">The activation.</param>
    /// <returns>The second derivative.</returns>
    internal double Bend(double y) => _bend(y);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
