namespace Backflow.Telemetry;

/// <summary>∂h_T/∂hₜ of one sequence for every t: the product of all step Jacobians in between, its norms and
/// bounds.</summary>
/// <remarks>
/// Formula: ∂h_T/∂hₜ = J_T·J_{T−1}·…·J_{t+1} (Pascanu, Mikolov &amp; Bengio 2013, eq. 5); for the LSTM of (h, c). In
/// double. Norms: spectral, the largest singular value, and Frobenius. Unit: none. Range [0, ∞); 1 and √S at t = T. On
/// demand: O(S³) per timestep.
/// How to read it: the norm is what the best placed error would keep of itself on its way from T to t; the bounds
/// beside
/// it say how much of that R alone explains. Far below its bound: saturation, not R, kills the gradient.
/// </remarks>
public sealed class JacobianProduct
{
    /// <summary>The metric's name in run columns and URLs.</summary>
    public const string MetricName = "jacobian-product-norm";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Jacobian product",
        Title = "Norm of the Jacobian product ‖∂h_T/∂hₜ‖₂",
        Meaning = "What the best placed error keeps of itself between two timesteps.",
        Formula = "‖∂h_T/∂hₜ‖₂, ∂h_T/∂hₜ = J_T ⋯ J_{t+1}",
        Reduction =
            "[T] of one sequence; the spectral norm. The Frobenius norm and all singular values stand beside "
            + "it.",
        Range = "[0, ∞), 1 at the last timestep",
        Unit = "none",
        HowToRead = "Far below its bound: saturation, not R, kills the gradient.",
        Caption = "spectral norm of one sequence",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Full,
        Kind = ColumnKind.Row,
        Cost = CostClass.OnDemand,
    };

    private readonly double[][] _products;

    private JacobianProduct(double[][] products, double[] spectralNorms, double[] frobeniusNorms, int stateSize)
    {
        _products = products;
        SpectralNorms = spectralNorms;
        FrobeniusNorms = frobeniusNorms;
        StateSize = stateSize;
    }

    /// <summary>‖∂h_T/∂hₜ‖₂, [T]: entry t belongs to the state after timestep t; the last is 1.</summary>
    public IReadOnlyList<double> SpectralNorms { get; }

    /// <summary>‖∂h_T/∂hₜ‖_F, [T].</summary>
    public IReadOnlyList<double> FrobeniusNorms { get; }

    /// <summary>Rows and columns of a product, S: H, or 2H for the LSTM.</summary>
    public int StateSize { get; }

    /// <summary>Computes all products of one sequence.</summary>
    /// <param name="trajectory">One sequence through one layer.</param>
    /// <returns>The products and their norms.</returns>
    public static JacobianProduct Compute(LayerTrajectory trajectory)
    {
        int s = trajectory.StateSize;
        CellLinearisation cell = CellLinearisation.Of(trajectory);
        double[] step = new double[s * s];
        double[][] products = new double[trajectory.SequenceLength][];
        double[] current = new double[s * s];
        for (int i = 0; i < s; i++)
        {
            current[(i * s) + i] = 1;
        }

        for (int t = trajectory.SequenceLength - 1; t >= 0; t--)
        {
            products[t] = current;
            cell.StepJacobian(t, step);
            current = new double[s * s];
            SquareProduct.Multiply(products[t], step, s, s, current);
        }

        return new JacobianProduct(
            products,
            Array.ConvertAll(products, product => SquareProduct.SingularValues(product, s)[0]),
            Array.ConvertAll(products, static product => SquareProduct.FrobeniusNorm(product)),
            s);
    }

    /// <summary>∂h_T/∂hₜ in full.</summary>
    /// <param name="timestep">The timestep t after which the state is meant.</param>
    /// <returns>[S, S], row-major: row i is the gradient of unit i of h_T.</returns>
    public ReadOnlySpan<double> Matrix(int timestep) => _products[timestep];

    /// <summary>All singular values of ∂h_T/∂hₜ.</summary>
    /// <param name="timestep">The timestep t after which the state is meant.</param>
    /// <returns>[S], largest first.</returns>
    public double[] SingularValues(int timestep) => SquareProduct.SingularValues(_products[timestep], StateSize);
}
