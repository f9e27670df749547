using Backflow.Engine;

namespace Backflow.OutsideCells;

/// <summary>The minimal gated unit: f = σ(·), n = tanh(W·xₜ + R·(f ⊙ hₜ₋₁) + b), hₜ = (1 − f) ⊙ hₜ₋₁ + f ⊙ n.</summary>
/// <remarks>Zhou, Wu, Zhang &amp; Zhou 2016, "Minimal gated unit for recurrent neural networks", eq. 6.</remarks>
internal static class MinimalGatedUnit
{
    private const int Forget = 0;
    private const int Candidate = 1;

    public static CellDescription Description { get; } = Describe("mgu", "MGU", new Twin());

    /// <summary>This cell without a twin, so that nothing can check it and its Jacobian is not measured.</summary>
    public static CellDescription WithoutTwin { get; } = Describe("mgu-bare", "MGU, bare", twin: null);

    private static CellDescription Describe(string name, string title, ICellEquations<double>? twin) =>
        new(new Equations(), twin)
        {
            Name = name,
            Title = title,
            Gates =
            [
                new CellGate("forget", "f", CellActivation.Sigmoid),
                new CellGate("candidate", "n", CellActivation.Tanh) { ReadsMaskedState = true },
            ],
            MaskGate = Forget,

            // f takes the new state: what keeps the old one is 1 − f = σ(−a).
            Keep = new KeepGate(Forget, KeepsWhenOpen: false),
            ForgetBias = new GateBias(Forget, -1),
            ChronoBiases = [new GateBias(Forget, -1)],
        };

    private sealed class Equations : ICellEquations<float>
    {
        public void Mask(in CellMask<float> step)
        {
            ReadOnlySpan<float> f = step.Gate(Forget);
            ReadOnlySpan<float> before = step.HiddenBefore;
            Span<float> masked = step.Masked;
            for (int j = 0; j < masked.Length; j++)
            {
                masked[j] = f[j] * before[j];
            }
        }

        public void Forward(in CellForward<float> step)
        {
            ReadOnlySpan<float> f = step.Gate(Forget);
            ReadOnlySpan<float> n = step.Gate(Candidate);
            ReadOnlySpan<float> before = step.HiddenBefore;
            Span<float> h = step.Hidden;
            for (int j = 0; j < h.Length; j++)
            {
                // hₜ = (1 − f)·hₜ₋₁ + f·n
                h[j] = before[j] + (f[j] * (n[j] - before[j]));
            }
        }

        public void Backward(in CellBackward<float> step)
        {
            ReadOnlySpan<float> f = step.Gate(Forget);
            ReadOnlySpan<float> n = step.Gate(Candidate);
            ReadOnlySpan<float> before = step.HiddenBefore;
            ReadOnlySpan<float> dh = step.DHidden;
            Span<float> dBefore = step.DHiddenBefore;
            Span<float> df = step.DGate(Forget);
            Span<float> dn = step.DGate(Candidate);
            for (int j = 0; j < dh.Length; j++)
            {
                df[j] = dh[j] * (n[j] - before[j]);
                dn[j] = dh[j] * f[j];
                dBefore[j] += dh[j] * (1 - f[j]);
            }
        }

        public void BackwardMask(in CellMaskBackward<float> step)
        {
            ReadOnlySpan<float> f = step.Gate(Forget);
            ReadOnlySpan<float> before = step.HiddenBefore;
            ReadOnlySpan<float> dMasked = step.DMasked;
            Span<float> dBefore = step.DHiddenBefore;
            Span<float> df = step.DGate(Forget);
            for (int j = 0; j < dMasked.Length; j++)
            {
                df[j] += dMasked[j] * before[j];
                dBefore[j] += dMasked[j] * f[j];
            }
        }
    }

    private sealed class Twin : ICellEquations<double>
    {
        public void Mask(in CellMask<double> step)
        {
            for (int j = 0; j < step.Masked.Length; j++)
            {
                step.Masked[j] = step.Gate(Forget)[j] * step.HiddenBefore[j];
            }
        }

        public void Forward(in CellForward<double> step)
        {
            for (int j = 0; j < step.Hidden.Length; j++)
            {
                double f = step.Gate(Forget)[j];
                step.Hidden[j] = ((1 - f) * step.HiddenBefore[j]) + (f * step.Gate(Candidate)[j]);
            }
        }

        public void Backward(in CellBackward<double> step)
        {
            for (int j = 0; j < step.DHidden.Length; j++)
            {
                step.DGate(Forget)[j] += step.DHidden[j] * (step.Gate(Candidate)[j] - step.HiddenBefore[j]);
                step.DGate(Candidate)[j] += step.DHidden[j] * step.Gate(Forget)[j];
                step.DHiddenBefore[j] += step.DHidden[j] * (1 - step.Gate(Forget)[j]);
            }
        }

        public void BackwardMask(in CellMaskBackward<double> step)
        {
            for (int j = 0; j < step.DMasked.Length; j++)
            {
                step.DGate(Forget)[j] += step.DMasked[j] * step.HiddenBefore[j];
                step.DHiddenBefore[j] += step.DMasked[j] * step.Gate(Forget)[j];
            }
        }
    }
}
