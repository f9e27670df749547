using Backflow.Engine;

namespace Backflow.Training.Transcription;

/// <summary>What one sequence does in a transcriber: who looks at what, and how far back each loss reaches.</summary>
/// <remarks>
/// The sequence is computed as often as it has symbols, and in row u only the loss of symbol u counts: one backward
/// pass then has the gradient of every loss by every input. The decoder reads what should have been written.
/// </remarks>
public sealed class TranscriptionMap
{
    private readonly TranscriptionPass _pass;

    private TranscriptionMap(TranscriptionPass pass, int[] written)
    {
        _pass = pass;
        Written = written;
    }

    /// <summary>What the transcriber writes when it reads its own answers, [T].</summary>
    public IReadOnlyList<int> Written { get; }

    /// <summary>Reads, writes and goes back.</summary>
    /// <param name="model">The parameters; its gradients are overwritten.</param>
    /// <param name="symbols">The sequence, [T], each in [0, V).</param>
    /// <returns>The map.</returns>
    public static TranscriptionMap Measure(Transcriber model, ReadOnlySpan<int> symbols)
    {
        int length = symbols.Length;
        using WorkerPool pool = new(threads: 1);
        TranscriptionPass pass = new(model, length, length, pool);
        for (int t = 0; t < length; t++)
        {
            pass.Symbols.Slice(t * length, length).Fill(symbols[t]);
        }

        int[] rows = new int[length * length];
        pass.Write(rows);
        int[] written = [.. Enumerable.Range(0, length).Select(t => rows[t * length])];
        pass.AskForCopy();
        for (int i = 0; i < pass.Targets.Length; i++)
        {
            bool isOwn = i / length == i % length;
            pass.Targets[i] = isOwn ? pass.Targets[i] : -1;
        }

        pass.Forward();
        pass.Backward();
        return new TranscriptionMap(pass, written);
    }

    /// <summary>The attention's weights of every written symbol: the alignment map.</summary>
    /// <returns>α by written symbol and timestep, [T][T]; null without attention.</returns>
    public float[][]? Weights() => _pass.Model.Attention is null
        ? null
        : [.. Enumerable.Range(0, _pass.Length).Select(output => _pass.Weights(output, output).ToArray())];

    /// <summary>How much the loss of each written symbol asks of each input.</summary>
    /// <returns>‖∂L_u/∂xₜ‖ by written symbol u and timestep t, [T][T]: ℓ₂ norm over features.</returns>
    public double[][] Gradients()
    {
        int length = _pass.Length;
        int features = _pass.Model.Encoder.Options.InputSize;
        float[] gradient = new float[length * length * features];
        _pass.Encoder.GetInputGradient(gradient);

        // The loss of a pass is the mean over its T targets: of one symbol it is T times as much.
        return
        [
            .. Enumerable.Range(0, length).Select(output => (double[])
            [
                .. Enumerable.Range(0, length).Select(t => length * GradientClipping.Norm(
                    gradient.AsSpan(((t * length) + output) * features, features))),
            ]),
        ];
    }
}
