using Backflow.Lessons.Dependencies;

namespace Backflow.Lessons.Tests.Dependencies;

public sealed class GateReaderTests
{
    /// <summary>A mean of gates beside the root mean square of their products: of one factor, both are near.</summary>
    private const double OneFactorTolerance = 0.15;

    [Fact]
    public void Answer_LastWord_KeepsAll_AndOneWordBackTheForgetGate()
    {
        GatesAnswer answer = Read("8");
        Assert.Equal(1, answer.Carousel[^1], 1e-12);
        Assert.Equal(1, answer.Measured[^1], 1e-12);
        Assert.Equal(answer.Gates["forget"][^1], answer.Carousel[^2], OneFactorTolerance);
        Assert.Equal(answer.Words.Length, answer.Gates["input"].Length);
        Assert.Equal(["candidate", "forget", "input", "output"], answer.Gates.Keys);
    }

    [Fact]
    public void Answer_CarouselOverWords_OnlyFalls()
    {
        GatesAnswer answer = Read("20");
        Assert.Equal(answer.Carousel.Order(), answer.Carousel);
        Assert.All(answer.Gates["forget"], static mean => Assert.InRange(mean, 0, 1));
    }

    private static GatesAnswer Read(string distance) => GateReader.Answer(new QuestionValues(
        new Dictionary<string, string> { ["kind"] = "agreement", ["distance"] = distance, ["steps"] = "3000" }));
}
