namespace Backflow.Lessons.Latch;

/// <summary>A sign to be kept, and the unit that is set by hand to keep it.</summary>
internal sealed record LatchQuestion
{
    /// <summary>T: 10 to 200.</summary>
    public int Timesteps { get; init; } = 100;

    /// <summary>W_hh of the unit that is set by hand: 0 to 4.</summary>
    public double Weight { get; init; } = 2;

    /// <summary>σ of the noise: 0 to 1.</summary>
    public double Noise { get; init; } = 0.2;

    /// <summary>How often the hint at the end is right: 0.5 to 0.95.</summary>
    public double Hint { get; init; } = 0.5;

    /// <summary>The seed of the training: its start and its sequences.</summary>
    public ulong Seed { get; init; } = 1;

    public static LatchQuestion Of(QuestionValues values)
    {
        LatchQuestion usual = new();
        return new LatchQuestion
        {
            Timesteps = (int)values.Whole("timesteps", usual.Timesteps, 10, 200),
            Weight = values.Real("weight", usual.Weight, 0, 4),
            Noise = values.Real("noise", usual.Noise, 0, 1),
            Hint = values.Real("hint", usual.Hint, 0.5, 0.95),
            Seed = (ulong)values.Whole("seed", (long)usual.Seed, 0, long.MaxValue),
        };
    }
}
