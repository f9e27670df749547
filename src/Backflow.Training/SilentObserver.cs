namespace Backflow.Training;

/// <summary>Watches a training run and says nothing.</summary>
public sealed class SilentObserver : ITrainingObserver;
