using Backflow.Experiments.Figures;
using Xunit;

namespace Backflow.Experiments.Tests.Figures;

/// <summary>Tags of columns, and back.</summary>
public sealed class EventFiguresTests
{
    [Theory]
    [InlineData("training-loss", "train/training-loss")]
    [InlineData("gradient-horizon:0", "layer0/gradient-horizon")]
    [InlineData("spectral-norm:2:forget", "layer2/spectral-norm:forget")]
    [InlineData("update-to-weight-ratio:recurrent", "train/update-to-weight-ratio:recurrent")]
    public void TagOf_Column_LeadsBack(string column, string tag)
    {
        Assert.Equal(tag, EventFigures.TagOf(column));
        Assert.Equal(column, EventFigures.ColumnOf(tag));
    }

    [Theory]
    [InlineData("loss/train")]
    [InlineData("train/loss")]
    [InlineData("layer0/attention")]
    [InlineData("layerX/gradient-horizon")]
    [InlineData("layer0/total-gradient-norm/zeros")]
    [InlineData("accuracy")]
    public void ColumnOf_TagOfAnotherProgram_IsTheTag(string tag) => Assert.Equal(tag, EventFigures.ColumnOf(tag));

    [Fact]
    public void TagOf_NameWithAGroup_KeepsIt() => Assert.Equal("loss/train", EventFigures.TagOf("loss/train"));
}
