namespace Backflow.Engine;

/// <summary>c′ = f·c + i·g and h′ = o·tanh(c′), of z = (aᵢ, a_f, a_g, a_o, c). State 0 is h, state 1 is c.</summary>
internal sealed class FlossedLstm() : FlossedCell(gates: 4, inputs: Count, states: 2, keptState: 1)
{
    private const int Input = (int)LstmGate.Input;
    private const int Forget = (int)LstmGate.Forget;
    private const int Candidate = (int)LstmGate.Candidate;
    private const int Output = (int)LstmGate.Output;
    private const int Old = 4;
    private const int Count = 5;

    public override void Evaluate(ReadOnlySpan<double> z, Span<double> values, Span<double> slopes)
    {
        double i = Sigmoid(z[Input]);
        double f = Sigmoid(z[Forget]);
        double g = Math.Tanh(z[Candidate]);
        double o = Sigmoid(z[Output]);
        values[1] = (f * z[Old]) + (i * g);
        double s = Math.Tanh(values[1]);
        values[0] = o * s;
        Span<double> dc = slopes[Count..];
        CellSlopes(z, i, f, g, dc);
        for (int n = 0; n < Count; n++)
        {
            slopes[n] = o * TanhSlope(s) * dc[n];
        }

        slopes[Output] = SigmoidSlope(o) * s;
    }

    public override void AddCurvature(ReadOnlySpan<double> z, ReadOnlySpan<double> v, Span<double> result)
    {
        double i = Sigmoid(z[Input]);
        double f = Sigmoid(z[Forget]);
        double g = Math.Tanh(z[Candidate]);
        double o = Sigmoid(z[Output]);
        double s = Math.Tanh((f * z[Old]) + (i * g));
        Span<double> dc = stackalloc double[Count];
        CellSlopes(z, i, f, g, dc);
        ReadOnlySpan<double> vh = v[..Count];
        Span<double> u = stackalloc double[Count];
        double along = 0;
        for (int n = 0; n < Count; n++)
        {
            // ∂²c′ takes part by c′ itself and by h′ = o·tanh(c′).
            u[n] = v[Count + n] + (o * TanhSlope(s) * vh[n]);
            along += dc[n] * vh[n];
        }

        result[Input] += (g * SigmoidBend(i) * u[Input]) + (SigmoidSlope(i) * TanhSlope(g) * u[Candidate]);
        result[Forget] += (z[Old] * SigmoidBend(f) * u[Forget]) + (SigmoidSlope(f) * u[Old]);
        result[Candidate] += (i * TanhBend(g) * u[Candidate]) + (SigmoidSlope(i) * TanhSlope(g) * u[Input]);
        result[Old] += SigmoidSlope(f) * u[Forget];
        for (int n = 0; n < Count; n++)
        {
            result[n] += ((o * TanhBend(s) * along) + (SigmoidSlope(o) * TanhSlope(s) * vh[Output])) * dc[n];
        }

        result[Output] += (SigmoidSlope(o) * TanhSlope(s) * along) + (SigmoidBend(o) * s * vh[Output]);
    }

    // ∂c′/∂z
    private static void CellSlopes(ReadOnlySpan<double> z, double i, double f, double g, Span<double> dc)
    {
        dc[Input] = SigmoidSlope(i) * g;
        dc[Forget] = SigmoidSlope(f) * z[Old];
        dc[Candidate] = i * TanhSlope(g);
        dc[Output] = 0;
        dc[Old] = f;
    }
}
