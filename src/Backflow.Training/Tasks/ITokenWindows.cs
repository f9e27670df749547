namespace Backflow.Training.Tasks;

/// <summary>Cuts tokens into the windows that a training step reads: what comes in, and what comes next.</summary>
public interface ITokenWindows
{
    /// <summary>Sequences read together, B.</summary>
    int BatchSize { get; }

    /// <summary>Timesteps per window, T.</summary>
    int SequenceLength { get; }

    /// <summary>Windows that together are about as long as the tokens: at least 1.</summary>
    long WindowsPerEpoch { get; }

    /// <summary>Whether the carried state must be zeroed before a window, because the text does not continue.</summary>
    /// <param name="step">The number of the window, from 0.</param>
    /// <returns>True for window 0 always.</returns>
    bool ResetsState(long step);

    /// <summary>Writes one window: a function of its number alone, whatever was asked for before.</summary>
    /// <param name="step">The number of the window, from 0; there is no last one.</param>
    /// <param name="inputs">[T, B], index t·B + b. Overwritten with the token at timestep t of sequence b.</param>
    /// <param name="targets">[T, B]. Overwritten with the token after each input.</param>
    void Window(long step, Span<int> inputs, Span<int> targets);
}
