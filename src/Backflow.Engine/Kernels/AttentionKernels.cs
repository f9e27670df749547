using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>Dot-product attention of one sequence, and the tanh that combines its context.</summary>
internal abstract unsafe class AttentionKernels
{
    /// <summary>e = s·hᵀ, α = softmax(e) by rows, c = α·h.</summary>
    public abstract void Forward(in AttentionArguments a);

    /// <summary>∂L/∂e, then ∂L/∂s += ∂L/∂e·h and ∂L/∂h = αᵀ·∂L/∂c + (∂L/∂e)ᵀ·s.</summary>
    public abstract void Backward(in AttentionArguments a);

    /// <summary>z becomes tanh(z).</summary>
    public abstract void Tanh(float* values, int count);

    /// <summary>∂L/∂tanh becomes ∂L/∂z = ∂L/∂tanh·(1 − tanh²).</summary>
    public abstract void TanhBackward(float* tanh, float* gradient, int count);
}

/// <inheritdoc/>
/// <remarks>
/// Luong, Pham &amp; Manning 2015, section 3.1; derived in docs/mathematics/attention.md. All but the softmax are
/// products of <see cref="MatrixProduct{TSimd, TVector}"/>; only hᵀ is packed, and serves both passes.
/// </remarks>
internal sealed unsafe class AttentionKernels<TSimd, TVector> : AttentionKernels
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(in AttentionArguments a)
    {
        PackKeys(a);
        ScoreProduct(a, a.Query, a.QueryStride, a.Weights);
        for (int u = 0; u < a.Queries; u++)
        {
            // α_t = e^(e_t − max) / Σ e^(e − max); what does not count has weight 0.
            float* row = a.Weights + ((nint)u * a.WeightStride);
            float sum = SoftmaxRow<TSimd, TVector>.Exponentials(row, a.Keys, a.WeightStride, out _);
            SoftmaxRow<TSimd, TVector>.Scale(row, a.Keys, a.WeightStride, 1f / sum);
        }

        // c_u = Σ_t α_ut·h_t
        MatrixTileArguments context = new()
        {
            A = a.Weights,
            ARowStride = a.WeightStride,
            AStepStride = 1,
            Segments = 1,
            SegmentLength = a.Keys,
            B = a.Key,
            BStride = a.KeyStride,
            C = a.Context,
            CRowStride = a.ContextStride,
        };
        MatrixProduct<TSimd, TVector>.Multiply(a.Queries, PanelLayout.Pad(a.Units), context);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(in AttentionArguments a)
    {
        // ∂L/∂α_ut = ∂L/∂c_u · h_t, and through the softmax's Jacobian ∂L/∂e = α ⊙ (∂L/∂α − Σ_t α·∂L/∂α)
        ScoreProduct(a, a.DContext, a.DContextStride, a.DScores);
        for (int u = 0; u < a.Queries; u++)
        {
            nint row = (nint)u * a.WeightStride;
            SoftmaxBackward(a.Weights + row, a.DScores + row, a.WeightStride);
        }

        int columns = PanelLayout.Pad(a.Units);
        MatrixTileArguments query = new()
        {
            A = a.DScores,
            ARowStride = a.WeightStride,
            AStepStride = 1,
            Segments = 1,
            SegmentLength = a.Keys,
            B = a.Key,
            BStride = a.KeyStride,
            Source = a.DQuery,
            SourceRowStride = a.QueryStride,
            C = a.DQuery,
            CRowStride = a.QueryStride,
        };
        MatrixProduct<TSimd, TVector>.Multiply(a.Queries, columns, query);

        // As values, ∂L/∂h_t = Σ_u α_ut·∂L/∂c_u: one hop from an output to any timestep; as keys, Σ_u ∂L/∂e_ut·s_u.
        MatrixTileArguments value = new()
        {
            A = a.Weights,
            ARowStride = 1,
            AStepStride = a.WeightStride,
            Segments = 1,
            SegmentLength = a.Queries,
            B = a.DContext,
            BStride = a.DContextStride,
            C = a.DKey,
            CRowStride = a.KeyStride,
        };
        MatrixProduct<TSimd, TVector>.Multiply(a.Keys, columns, value);
        MatrixTileArguments key = value;
        key.A = a.DScores;
        key.B = a.Query;
        key.BStride = a.QueryStride;
        key.Source = a.DKey;
        key.SourceRowStride = a.KeyStride;
        MatrixProduct<TSimd, TVector>.Multiply(a.Keys, columns, key);
        ClearPadding(a.DQuery, a.QueryStride, a.Queries, a.Units, columns);
        ClearPadding(a.DKey, a.KeyStride, a.Keys, a.Units, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Tanh(float* values, int count)
    {
        for (int i = 0; i < count; i += TSimd.Count)
        {
            TSimd.Store(values + i, Activations<TSimd, TVector>.Tanh(TSimd.Load(values + i)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TanhBackward(float* tanh, float* gradient, int count)
    {
        for (int i = 0; i < count; i += TSimd.Count)
        {
            TVector slope = TanhActivation<TSimd, TVector>.Derivative(TSimd.Load(tanh + i));
            TSimd.Store(gradient + i, TSimd.Multiply(TSimd.Load(gradient + i), slope));
        }
    }

    // rows·hᵀ: the scores of the states on the way forward, ∂L/∂α of the context's gradient on the way back.
    private static void ScoreProduct(in AttentionArguments a, float* rows, nint stride, float* result)
    {
        MatrixTileArguments product = new()
        {
            A = rows,
            ARowStride = stride,
            AStepStride = 1,
            Segments = 1,
            SegmentLength = a.Units,
            B = a.TransposedKeys,
            BStride = a.WeightStride,
            C = result,
            CRowStride = a.WeightStride,
        };
        MatrixProduct<TSimd, TVector>.Multiply(a.Queries, a.WeightStride, product);
    }

    private static void PackKeys(in AttentionArguments a)
    {
        for (int unit = 0; unit < a.Units; unit++)
        {
            float* row = a.TransposedKeys + ((nint)unit * a.WeightStride);
            for (int t = 0; t < a.Keys; t++)
            {
                row[t] = a.Key[(t * a.KeyStride) + unit];
            }

            new Span<float>(row + a.Keys, a.WeightStride - a.Keys).Clear();
        }
    }

    private static void SoftmaxBackward(float* weights, float* gradient, int stride)
    {
        TVector sums = default;
        for (int t = 0; t < stride; t += TSimd.Count)
        {
            sums = TSimd.FusedMultiplyAdd(TSimd.Load(weights + t), TSimd.Load(gradient + t), sums);
        }

        TVector mean = TSimd.Broadcast(TSimd.Sum(sums));
        for (int t = 0; t < stride; t += TSimd.Count)
        {
            TVector difference = TSimd.Subtract(TSimd.Load(gradient + t), mean);
            TSimd.Store(gradient + t, TSimd.Multiply(TSimd.Load(weights + t), difference));
        }
    }

    // Padded units of a state need not be zero (σ(0) is ½), those of a gradient must be.
    private static void ClearPadding(float* rows, nint stride, int count, int units, int columns)
    {
        for (int row = 0; row < count; row++)
        {
            new Span<float>(rows + (row * stride) + units, columns - units).Clear();
        }
    }
}
