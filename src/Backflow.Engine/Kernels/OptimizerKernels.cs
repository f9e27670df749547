using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>One update of a stretch of parameters by each optimizer. Lengths are multiples of 16.</summary>
internal abstract unsafe class OptimizerKernels
{
    /// <summary>Stochastic gradient descent with momentum.</summary>
    public abstract void Sgd(float* parameters, float* gradients, float* velocity, int length, in SgdStep step);

    /// <summary>RMSprop.</summary>
    public abstract void RmsProp(float* parameters, float* gradients, float* variance, int length, in RmsPropStep step);

    /// <summary>Adam and AdamW.</summary>
    public abstract void Adam(
        float* parameters, float* gradients, float* mean, float* variance, int length, in AdamStep step);
}

/// <summary>The numbers of one SGD update.</summary>
internal readonly record struct SgdStep(float Rate, float Momentum, float WeightDecay);

/// <summary>The numbers of one RMSprop update.</summary>
internal readonly record struct RmsPropStep(
    float Rate, float Decay, float OneMinusDecay, float Epsilon, float WeightDecay);

/// <summary>The numbers of one Adam update, with its bias corrections worked in.</summary>
/// <param name="Beta1">β₁, how much of the mean gradient stays.</param>
/// <param name="OneMinusBeta1">1 − β₁, rounded from double.</param>
/// <param name="Beta2">β₂, how much of the mean squared gradient stays.</param>
/// <param name="OneMinusBeta2">1 − β₂, rounded from double.</param>
/// <param name="Epsilon">ε, added to the root of the mean square.</param>
/// <param name="CorrectedRate">η / (1 − β₁ᵗ).</param>
/// <param name="InverseSqrtCorrection">1 / √(1 − β₂ᵗ).</param>
/// <param name="Keep">1 − ηλ with decoupled weight decay λ (AdamW), else 1.</param>
/// <param name="WeightDecay">λ added to the gradient (Adam with L₂), else 0.</param>
internal readonly record struct AdamStep(
    float Beta1,
    float OneMinusBeta1,
    float Beta2,
    float OneMinusBeta2,
    float Epsilon,
    float CorrectedRate,
    float InverseSqrtCorrection,
    float Keep,
    float WeightDecay);

/// <inheritdoc/>
internal sealed unsafe class OptimizerKernels<TSimd, TVector> : OptimizerKernels
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Sgd(float* parameters, float* gradients, float* velocity, int length, in SgdStep step)
    {
        TVector minusRate = TSimd.Broadcast(-step.Rate);
        TVector momentum = TSimd.Broadcast(step.Momentum);
        TVector decay = TSimd.Broadcast(step.WeightDecay);
        for (int i = 0; i < length; i += TSimd.Count)
        {
            // u = μu + (g + λθ),  θ = θ − ηu
            TVector p = TSimd.Load(parameters + i);
            TVector g = TSimd.FusedMultiplyAdd(decay, p, TSimd.Load(gradients + i));
            TVector u = TSimd.FusedMultiplyAdd(momentum, TSimd.Load(velocity + i), g);
            u = TSimd.FlushTiny(u);
            TSimd.Store(velocity + i, u);
            TSimd.Store(parameters + i, TSimd.FusedMultiplyAdd(minusRate, u, p));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void RmsProp(
        float* parameters, float* gradients, float* variance, int length, in RmsPropStep step)
    {
        TVector minusRate = TSimd.Broadcast(-step.Rate);
        TVector decay = TSimd.Broadcast(step.Decay);
        TVector oneMinusDecay = TSimd.Broadcast(step.OneMinusDecay);
        TVector epsilon = TSimd.Broadcast(step.Epsilon);
        TVector weightDecay = TSimd.Broadcast(step.WeightDecay);
        for (int i = 0; i < length; i += TSimd.Count)
        {
            // v = αv + (1 − α)g²,  θ = θ − η·g / (√v + ε)
            TVector p = TSimd.Load(parameters + i);
            TVector g = TSimd.FusedMultiplyAdd(weightDecay, p, TSimd.Load(gradients + i));
            TVector v = TSimd.FusedMultiplyAdd(
                decay, TSimd.Load(variance + i), TSimd.Multiply(oneMinusDecay, TSimd.Multiply(g, g)));
            v = TSimd.FlushTiny(v);
            TSimd.Store(variance + i, v);
            TVector direction = TSimd.Divide(g, TSimd.Add(TSimd.Sqrt(v), epsilon));
            TSimd.Store(parameters + i, TSimd.FusedMultiplyAdd(minusRate, direction, p));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Adam(
        float* parameters, float* gradients, float* mean, float* variance, int length, in AdamStep step)
    {
        TVector beta1 = TSimd.Broadcast(step.Beta1);
        TVector beta2 = TSimd.Broadcast(step.Beta2);
        TVector oneMinusBeta1 = TSimd.Broadcast(step.OneMinusBeta1);
        TVector oneMinusBeta2 = TSimd.Broadcast(step.OneMinusBeta2);
        TVector epsilon = TSimd.Broadcast(step.Epsilon);
        TVector minusRate = TSimd.Broadcast(-step.CorrectedRate);
        TVector correction = TSimd.Broadcast(step.InverseSqrtCorrection);
        TVector keep = TSimd.Broadcast(step.Keep);
        TVector weightDecay = TSimd.Broadcast(step.WeightDecay);
        for (int i = 0; i < length; i += TSimd.Count)
        {
            TVector p = TSimd.Load(parameters + i);
            TVector g = TSimd.FusedMultiplyAdd(weightDecay, p, TSimd.Load(gradients + i));

            // m = β₁m + (1 − β₁)g,  v = β₂v + (1 − β₂)g²
            TVector m = TSimd.FusedMultiplyAdd(beta1, TSimd.Load(mean + i), TSimd.Multiply(oneMinusBeta1, g));
            TVector v = TSimd.FusedMultiplyAdd(
                beta2, TSimd.Load(variance + i), TSimd.Multiply(oneMinusBeta2, TSimd.Multiply(g, g)));
            // Without gradient m shrinks by β₁ a step, and would stay among the subnormal numbers for a hundred steps.
            m = TSimd.FlushTiny(m);
            v = TSimd.FlushTiny(v);
            TSimd.Store(mean + i, m);
            TSimd.Store(variance + i, v);

            // θ = (1 − ηλ)θ − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)
            TVector denominator = TSimd.FusedMultiplyAdd(TSimd.Sqrt(v), correction, epsilon);
            TVector decayed = TSimd.Multiply(keep, p);
            TSimd.Store(
                parameters + i, TSimd.FusedMultiplyAdd(minusRate, TSimd.Divide(m, denominator), decayed));
        }
    }
}
