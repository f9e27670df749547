using Backflow.Exchange.Onnx;
using Backflow.Exchange.PyTorch;
using Backflow.Exchange.TensorFlowJs;

namespace Backflow.Exchange;

/// <summary>Reads a network out of a file of another program, whichever of the known formats it has.</summary>
public static class ModelFile
{
    private const int Looked = 16;
    private const int AfterLength = sizeof(ulong);

    // Keras's .h5 is an HDF5 file.
    private static ReadOnlySpan<byte> Hdf5 => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads a network.</summary>
    /// <param name="path">
    /// A state dict of PyTorch (.pt, safetensors), an ONNX model, or the model.json of a TensorFlow.js layers model.
    /// What it is, its bytes say; an ONNX model, which has no mark, is known by its ending too.
    /// </param>
    /// <param name="options">What names and shapes of a state dict do not say.</param>
    /// <returns>The network.</returns>
    /// <exception cref="ExchangeException">The file cannot be read, or is of no such format.</exception>
    public static ExchangedNetwork Read(string path, StateDictOptions? options = null)
    {
        byte[] first = FirstBytes(path);
        if (first.AsSpan().StartsWith(Hdf5) || IsKerasArchive(path, first))
        {
            throw new ExchangeException(
                $"{Path.GetFileName(path)} is a model of Keras, which is not read.",
                "Make a layers model of TensorFlow.js of it with tensorflowjs_converter, and take its model.json.");
        }

        bool isSafetensors = first.Length > AfterLength && first[AfterLength] == '{';
        bool isArchive = first is [(byte)'P', (byte)'K', ..] or [0x80, ..];
        if (options is not null && !isSafetensors && !isArchive && options != new StateDictOptions())
        {
            throw new ExchangeException(
                $"{Path.GetFileName(path)} is no state dict: it says itself what its tensors are.",
                "Leave out what was said of names, of the cell and of the head.");
        }

        return isSafetensors || isArchive ? StateDictNetwork.Of(StateDictFile.Read(path), options)
            : first is [(byte)'{', ..] ? LayersModelFile.Read(path)
            : Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase) || first is [0x08, ..]
            ? OnnxModel.Read(path)
            : throw new ExchangeException(
                $"{Path.GetFileName(path)} is no model that can be read: neither a state dict of PyTorch, nor ONNX, "
                + "nor the model.json of TensorFlow.js.",
                "Save the model's parameters with torch.save(model.state_dict(), …) or safetensors, or export it to "
                + "ONNX.");
    }

    // A zip too, without the pickle of PyTorch.
    private static bool IsKerasArchive(string path, byte[] first) => first is [(byte)'P', (byte)'K', ..]
        && Path.GetExtension(path).Equals(".keras", StringComparison.OrdinalIgnoreCase);

    private static byte[] FirstBytes(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                throw new ExchangeException($"{path} is a folder.", "Name a file in it.");
            }

            // Opening a pipe waits for a writer; pipes and devices have no length.
            if (new FileInfo(path) is { Exists: true, Length: 0 })
            {
                throw new ExchangeException(
                    $"{Path.GetFileName(path)} is empty, or no file but a pipe or a device.", "Name a file.");
            }

            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            byte[] bytes = new byte[Looked];
            return bytes[..file.ReadAtLeast(bytes, Looked, throwOnEndOfStream: false)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ExchangeException(
                $"{path} could not be read ({failure.Message}).",
                "Check its name, and that it is yours to read.",
                failure);
        }
    }
}
