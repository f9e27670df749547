namespace Backflow.Tensors;

/// <summary>A file of tensors cannot be read, or is not what its name promises: damaged, cut short, of another
/// kind.</summary>
/// <param name="message">The file, the violated fact, and what to do about it.</param>
/// <param name="innerException">The failure underneath, where there is one.</param>
public sealed class TensorFileException(string message, Exception? innerException = null)
    : Exception(message, innerException);
