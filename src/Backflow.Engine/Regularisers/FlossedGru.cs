namespace Backflow.Engine;

/// <summary>n = tanh(p + r·s) and h′ = n + z·(h − n), of (a_r, a_z, s, p, h): s the candidate's recurrent sum, p its
/// input sum (reset after the product).</summary>
internal sealed class FlossedGru() : FlossedCell(gates: 3, inputs: Count, states: 1, keptState: 0)
{
    private const int Reset = (int)GruGate.Reset;
    private const int Update = (int)GruGate.Update;
    private const int Recurrent = (int)GruGate.Candidate;
    private const int FromInput = 3;
    private const int Old = 4;
    private const int Count = 5;

    public override int InputSide(int gate) => gate == Recurrent ? FromInput : gate;

    public override void Evaluate(ReadOnlySpan<double> z, Span<double> values, Span<double> slopes)
    {
        double r = Sigmoid(z[Reset]);
        double keep = Sigmoid(z[Update]);
        double n = Math.Tanh(z[FromInput] + (r * z[Recurrent]));
        values[0] = n + (keep * (z[Old] - n));
        double byCandidate = (1 - keep) * TanhSlope(n);
        slopes[Reset] = byCandidate * SigmoidSlope(r) * z[Recurrent];
        slopes[Update] = SigmoidSlope(keep) * (z[Old] - n);
        slopes[Recurrent] = byCandidate * r;
        slopes[FromInput] = byCandidate;
        slopes[Old] = keep;
    }

    public override void AddCurvature(ReadOnlySpan<double> z, ReadOnlySpan<double> v, Span<double> result)
    {
        double r = Sigmoid(z[Reset]);
        double keep = Sigmoid(z[Update]);
        double n = Math.Tanh(z[FromInput] + (r * z[Recurrent]));
        double byReset = SigmoidSlope(r) * z[Recurrent];

        // ∂m·v with m = p + r·s
        double along = (byReset * v[Reset]) + (r * v[Recurrent]) + v[FromInput];
        double bySlope = (1 - keep) * TanhSlope(n);
        double byGate = SigmoidSlope(keep) * TanhSlope(n) * v[Update];
        double byCandidate = ((1 - keep) * TanhBend(n) * along) - byGate;
        result[Reset] += (byCandidate * byReset)
            + (bySlope * ((SigmoidBend(r) * z[Recurrent] * v[Reset]) + (SigmoidSlope(r) * v[Recurrent])));
        result[Recurrent] += (byCandidate * r) + (bySlope * SigmoidSlope(r) * v[Reset]);
        result[FromInput] += byCandidate;
        result[Update] += (SigmoidBend(keep) * (z[Old] - n) * v[Update])
            + (SigmoidSlope(keep) * (v[Old] - (TanhSlope(n) * along)));
        result[Old] += SigmoidSlope(keep) * v[Update];
    }
}
