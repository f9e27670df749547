using Backflow.Training;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>Watches a training run and says nothing.</summary>
/// <param name="mayWarn">Whether a run that fails is what the test wants.</param>
internal sealed class QuietObserver(bool mayWarn = false) : ITrainingObserver
{
    public void OnWarning(string message)
    {
        if (!mayWarn)
        {
            throw new InvalidOperationException(message);
        }
    }
}
