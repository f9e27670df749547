using Backflow.Engine.Kernels;

namespace Backflow.Engine.Tests.Kernels;

/// <summary>Runs an activation over an array, at one width.</summary>
internal static unsafe class ActivationSweep<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public static float[] Invoke(ActivationKind activation, float[] arguments)
    {
        int padded = (arguments.Length + TSimd.Count - 1) / TSimd.Count * TSimd.Count;
        AlignedBuffer buffer = new(padded);
        arguments.CopyTo(buffer.Span);
        for (int i = 0; i < padded; i += TSimd.Count)
        {
            TVector x = TSimd.Load(buffer.Pointer + i);
            TSimd.Store(buffer.Pointer + i, activation switch
            {
                ActivationKind.Exp => Activations<TSimd, TVector>.Exp(x),
                ActivationKind.Sigmoid => Activations<TSimd, TVector>.Sigmoid(x),
                ActivationKind.Tanh => Activations<TSimd, TVector>.Tanh(x),
                ActivationKind.Relu => ReluActivation<TSimd, TVector>.Invoke(x),
                _ => TSimd.IsPositive(x),
            });
        }

        return buffer.Span[..arguments.Length].ToArray();
    }
}
