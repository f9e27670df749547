using Backflow.Engine;
using Backflow.Training.Tasks.Digits;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>Sequential digits: which digit is it, after its image was read pixel by pixel?</summary>
/// <remarks>
/// Le, Jaitly &amp; Hinton 2015, section 4.2, read the 784 pixels of a MNIST image from the top left, row by row, and
/// gave the answer after the last. Here an image has 8 × 8 pixels, so T = 64; a pixel is its shade divided by 16, in
/// [0, 1]. The file ends with 512 images that training never draws: 256 for validation, 256 to confirm a trial on. The
/// other 1,285 are drawn with replacement, so a long training reads each of them many times.
/// <para>
/// A model without memory sees the last pixel alone, the corner at the bottom right. Its baselines are those of the
/// shares of the digits for each shade, over the training images. What an answer needs begins no earlier than the
/// first pixel that is not paper.
/// </para>
/// </remarks>
internal sealed class DigitsTask : SequenceTask
{
    public const int HeldOut = 512;

    private readonly DigitImages _images = DigitImages.All;

    public override TaskShape Shape { get; } = new()
    {
        SequenceLength = DigitImages.PixelCount,
        FeatureCount = 1,
        OutputSize = DigitImages.ClassCount,
        HeadPosition = HeadPosition.LastTimestep,
    };

    public override int DependencyLength => DigitImages.PixelCount - 1;

    public override TaskBaselines Baselines => field ??= MeasureBaselines();

    public override string SuccessMeasure => "digits recognised";

    private int TrainingCount => _images.Count - HeldOut;

    protected override void Write(SplittableRandom random, int row, TaskBatch batch) =>
        WriteImage(random.NextInt32(TrainingCount), row, batch);

    protected override void WriteForMeasuring(int number, SplittableRandom random, int row, TaskBatch batch) =>
        WriteImage(TrainingCount + (number % HeldOut), row, batch);

    private void WriteImage(int image, int row, TaskBatch batch)
    {
        ReadOnlySpan<byte> pixels = _images.Pixels(image);
        for (int t = 0; t < pixels.Length; t++)
        {
            batch.SetFeature(t, row, 0, (double)pixels[t] / DigitImages.Ink);
        }

        batch.SetTarget(0, row, _images.Digit(image));
        batch.SetDependency(row, pixels.Length - 1 - pixels.IndexOfAnyExcept((byte)0));
    }

    private TaskBaselines MeasureBaselines()
    {
        double loss = 0;
        double success = 0;
        foreach (IGrouping<byte, int> shade in Enumerable.Range(0, TrainingCount)
            .GroupBy(image => _images.Pixels(image)[^1], _images.Digit))
        {
            int[] counts = [.. shade.CountBy(static digit => digit).Select(static pair => pair.Value)];
            int total = counts.Sum();
            loss -= counts.Sum(count => count * Math.Log((double)count / total)) / TrainingCount;
            success += (double)counts.Max() / TrainingCount;
        }

        return new TaskBaselines(1.0 / DigitImages.ClassCount, loss, success);
    }
}
