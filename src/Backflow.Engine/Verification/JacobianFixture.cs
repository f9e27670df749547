namespace Backflow.Engine.Verification;

/// <summary>
/// Fixtures of kind <c>jacobian_rnn_tanh</c>: the Jacobians ∂hₜ/∂hₜ₋₁ and ∂h_T/∂hₜ of one sequence.
/// </summary>
/// <remarks>
/// The engine forms ∂h_T/∂hₜ by its backward pass: the sequence runs H times as one batch, and the loss of copy i is
/// unit i of h_T, so that the total gradient of copy i at timestep t is row i of the Jacobian.
/// </remarks>
internal static class JacobianFixture
{
    public static FixtureCase Read(Fixture fixture)
    {
        FixtureSizes stated = FixtureSizes.Read(fixture, gates: 1);
        if (stated.Layers != 1 || stated.B != 1)
        {
            throw new InvalidDataException(
                "A fixture of kind 'jacobian_rnn_tanh' has one layer and one sequence; "
                + $"its metadata say layers = {stated.Layers}, B = {stated.B}.");
        }

        FixtureSizes copies = stated with { B = stated.H };
        copies.RequireRoom();
        (int i, int h, int t) = (stated.I, stated.H, stated.T);
        double[] recurrent = fixture.Take("weight_hh_l0", h, h);
        double[] identity = new double[h * h];
        for (int unit = 0; unit < h; unit++)
        {
            identity[(unit * h) + unit] = 1;
        }

        PassInputs inputs = new()
        {
            Options = stated.Network(Cells.RnnTanh),
            SequenceLength = t,
            BatchSize = h,
            Parameters = new Dictionary<string, double[]>
            {
                ["weight_ih_l0"] = fixture.Take("weight_ih_l0", h, i),
                ["weight_hh_l0"] = recurrent,
                ["bias_ih_l0"] = fixture.Take("bias_ih_l0", h),
                ["bias_hh_l0"] = fixture.Take("bias_hh_l0", h),
            },
            Input = [.. fixture.Take("x", t, i).Chunk(i).SelectMany(row => Copies(row, h))],
            InitialHidden = [Copies(fixture.Take("h0", h), h)],
            InitialCell = [[]],
            OutputGradient = new double[t * h * h],
            FinalHiddenGradient = [identity],
            FinalCellGradient = [[]],
        };
        return new FixtureCase(
            Cells.RnnTanh,
            inputs,
            [
                new("h_l0", fixture.Take("h_l0", t, h), results => FirstCopy(results["h_l0"], h)),
                new(
                    "step_jacobian",
                    fixture.Take("step_jacobian", t, h, h),
                    results => StepJacobians(FirstCopy(results["h_l0"], h), recurrent, h)),
                new("jacobian", fixture.Take("jacobian", t, h, h), static results => results["grad.h_l0"]),
                new("jacobian_T_1", fixture.Take("jacobian_T_1", h, h), results => results["grad.h_l0"][..(h * h)]),
                new("frobenius", fixture.Take("frobenius", t), results => Norms(results["grad.h_l0"], h)),
            ]);
    }

    private static double[] Copies(double[] row, int count) =>
        [.. Enumerable.Repeat(row, count).SelectMany(static r => r)];

    // [T, H copies, H] → [T, H]
    private static double[] FirstCopy(double[] states, int h) =>
        [.. states.Chunk(h * h).SelectMany(timestep => timestep.Take(h))];

    // ∂hₜ/∂hₜ₋₁ = diag(1 − hₜ²)·R
    private static double[] StepJacobians(double[] hidden, double[] recurrent, int h)
    {
        double[] jacobians = new double[hidden.Length * h];
        for (int index = 0; index < jacobians.Length; index++)
        {
            double state = hidden[index / h];
            jacobians[index] = (1 - (state * state)) * recurrent[index % (h * h)];
        }

        return jacobians;
    }

    private static double[] Norms(double[] jacobians, int h) =>
        [.. jacobians.Chunk(h * h).Select(static jacobian => Math.Sqrt(jacobian.Sum(static value => value * value)))];
}
