using Backflow.Runs.Checkpoints;
using Backflow.Runs.Store;

namespace Backflow.Runs.Manifest;

/// <summary>Says which runs a living process trains, and keeps the locks of those that this store trains.</summary>
/// <remarks>
/// The kernel's word first: a lock beside the checkpoints, which it releases with the process. It holds whatever the
/// process id, the namespace and the clock. Where the newest holder ran under another kernel, as over a shared folder,
/// a free lock proves nothing, and the heartbeat decides.
/// </remarks>
internal sealed class RunLiveness(string storePath, TimeProvider clock) : IDisposable
{
    /// <summary>How long a process under another kernel may be silent before it counts as dead.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private const string BootPath = "/proc/sys/kernel/random/boot_id";

    private static readonly string Kernel = KernelOfThisProcess();

    private readonly string _folder = CheckpointFolder.OfStore(storePath);
    private readonly Dictionary<string, RunLock> _held = [];

    /// <summary>The time.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Whether this store holds the lock of a run.</summary>
    public bool Holds(string id)
    {
        lock (_held)
        {
            return _held.ContainsKey(id);
        }
    }

    /// <summary>Whether a living process trains a run that is stored as running.</summary>
    public bool IsTrained(string id, DateTimeOffset heartbeat) => Holds(id) || Look(id) switch
    {
        LockState.Held => true,
        LockState.Free => false,
        // Ahead of our clock is as good as behind it: clocks differ.
        _ => (Now - heartbeat).Duration() <= LongestSilence,
    };

    /// <summary>Whether nothing but heartbeats says if a run is trained.</summary>
    public bool RestsOnHeartbeats(string id) => !Holds(id) && Look(id) == LockState.Unknown;

    /// <summary>Takes the lock of a run that this store is about to train.</summary>
    /// <returns>False while another process holds it.</returns>
    public bool Take(string id)
    {
        if (Holds(id))
        {
            return true;
        }

        string path = PathOf(id);
        try
        {
            OwnerOnly.CreateFolder(_folder);
            return TakeFile(id, path, Kernel);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException(
                $"{path} could not be made ({failure.Message}); it says that the run is being trained. Free some "
                + $"space, or make {_folder} yours to write.",
                failure);
        }
    }

    /// <summary>
    /// Takes the lock of a run that is about to be deleted, where it has one: a full disk makes none.
    /// </summary>
    /// <returns>False while another process holds it.</returns>
    public bool TakeForDeletion(string id)
    {
        string path = PathOf(id);
        return Holds(id) || !File.Exists(path) || TakeFile(id, path, content: null);
    }

    /// <summary>Gives the lock back.</summary>
    public void Release(string id)
    {
        lock (_held)
        {
            if (_held.Remove(id, out RunLock? held))
            {
                held.Dispose();
            }
        }
    }

    /// <summary>Deletes the file of a run that is gone, and gives its lock back.</summary>
    public void Remove(string id)
    {
        File.Delete(PathOf(id));
        Release(id);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_held)
        {
            foreach (RunLock held in _held.Values)
            {
                held.Dispose();
            }

            _held.Clear();
        }
    }

    private bool TakeFile(string id, string path, string? content)
    {
        lock (_held)
        {
#pragma warning disable CA2000 // Disposed of by Release, Remove or Dispose.
            RunLock? taken = RunLock.TryTake(path, content);
#pragma warning restore CA2000
            return taken is not null && _held.TryAdd(id, taken);
        }
    }

    private LockState Look(string id)
    {
        // An id out of a store that was changed by hand may be a path.
        if (!RunId.IsValid(id))
        {
            return LockState.Unknown;
        }

        LockState state = RunLock.Look(PathOf(id), out string kernel);
        return state == LockState.Free && kernel != Kernel ? LockState.Unknown : state;
    }

    private string PathOf(string id) => CheckpointFolder.OfRun(_folder, id) + ".lock";

    // Containers of one machine share its boot id, and with it its locks; after a restart nothing lives on.
    private static string KernelOfThisProcess()
    {
        try
        {
            return File.ReadAllText(BootPath).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Environment.MachineName;
        }
    }
}
