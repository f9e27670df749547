namespace Backflow.Engine.Tests.Optimizers;

/// <summary>How far a float optimizer may lie from the double one, and why.</summary>
internal static class OptimizerTolerance
{
    /// <summary>
    /// Absolute, for parameters of size 1 after at most 64 updates: each update rounds the parameter once (2⁻²⁴), and
    /// the moments carry the rounding of their float constants. Measured: 2·10⁻⁶ (AdamW), below 10⁻⁶ for the others.
    /// </summary>
    public const double ManyUpdates = 1e-5;

    /// <summary>Relative, for one or two updates with numbers that a float cannot hold exactly.</summary>
    public const double OneUpdate = 3e-7;
}
