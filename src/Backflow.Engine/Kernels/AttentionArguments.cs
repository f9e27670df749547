namespace Backflow.Engine.Kernels;

/// <summary>Where one sequence's attention lies. Strides count floats, from one timestep to the next.</summary>
internal unsafe struct AttentionArguments
{
    /// <summary>Units, H.</summary>
    public int Units;

    /// <summary>Decoder timesteps, U.</summary>
    public int Queries;

    /// <summary>Encoder timesteps that count, at least 1.</summary>
    public int Keys;

    /// <summary>Floats of a row of weights: the encoder's timesteps T, padded.</summary>
    public int WeightStride;

    /// <summary>Decoder states s, [U, H].</summary>
    public float* Query;

    /// <summary>Encoder states h, [T, H], which are both keys and values.</summary>
    public float* Key;

    public nint QueryStride;

    public nint KeyStride;

    /// <summary>hᵀ, [H, T padded].</summary>
    public float* TransposedKeys;

    /// <summary>α, [U, T padded]; zero in the padding.</summary>
    public float* Weights;

    /// <summary>c, [U, H].</summary>
    public float* Context;

    public nint ContextStride;

    /// <summary>∂L/∂c, [U, H]; zero in the padding.</summary>
    public float* DContext;

    public nint DContextStride;

    /// <summary>∂L/∂e, [U, T padded], overwritten.</summary>
    public float* DScores;

    /// <summary>∂L/∂s, [U, H], added to.</summary>
    public float* DQuery;

    /// <summary>∂L/∂h, [T, H], overwritten in the timesteps that count.</summary>
    public float* DKey;
}
