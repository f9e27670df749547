namespace Backflow.Engine;

/// <summary>φ of the Elman cells with two derivatives, in double; the derivatives in terms of h = φ(a).</summary>
internal static class ElmanActivation
{
    /// <summary>φ(a).</summary>
    public static double Value(CellKind cell, double a) => cell switch
    {
        CellKind.RnnTanh => Math.Tanh(a),
        CellKind.RnnSigmoid => 1 / (1 + Math.Exp(-a)),
        _ => Math.Max(0, a),
    };

    /// <summary>φ′.</summary>
    public static double Slope(CellKind cell, double h) => cell switch
    {
        CellKind.RnnTanh => 1 - (h * h),
        CellKind.RnnSigmoid => h * (1 - h),
        _ => h > 0 ? 1 : 0,
    };

    /// <summary>φ″.</summary>
    public static double Bend(CellKind cell, double h) => cell switch
    {
        CellKind.RnnTanh => -2 * h * (1 - (h * h)),
        CellKind.RnnSigmoid => h * (1 - h) * (1 - (2 * h)),
        _ => 0,
    };
}
