using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Backflow.Engine.Tests;

public class SubnormalNumbersTests
{
    [Fact]
    public void CountFlushingThreads_AsDotNetStartsThem_IsNone()
    {
        using WorkerPool pool = new(threads: 3);
        Assert.Equal(0, pool.CountFlushingThreads());
    }

    // Threads inherit the mode from the one that starts them: native code that sets it reaches all workers.
    [Fact]
    public void CountFlushingThreads_NativeCodeHasSetTheMode_IsAllThreads()
    {
        int count = -1;
        bool isFlushed = false;
        Thread thread = new(() =>
        {
            FlushOnThisThread();
            isFlushed = SubnormalNumbers.AreFlushedHere();
            using WorkerPool pool = new(threads: 3);
            count = pool.CountFlushingThreads();
        });
        thread.Start();
        thread.Join();
        Assert.True(isFlushed);
        Assert.Equal(3, count);
        Assert.False(SubnormalNumbers.AreFlushedHere());
    }

    // What -ffast-math does when a library is loaded. fenv_t of the C library: on x64 MXCSR is at byte 28, and its bits
    // 6 and 15 flush; on Arm FPCR is at byte 0, and its bit 24 does.
    private static void FlushOnThisThread()
    {
        bool isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        byte[] environment = new byte[64];
        Assert.Equal(0, GetEnvironment(environment));
        Span<byte> control = environment.AsSpan(isArm ? 0 : 28, sizeof(uint));
        uint mode = BinaryPrimitives.ReadUInt32LittleEndian(control) | (isArm ? 1u << 24 : 0x8040u);
        BinaryPrimitives.WriteUInt32LittleEndian(control, mode);
        Assert.Equal(0, SetEnvironment(environment));
    }

    [DllImport("libm.so.6", EntryPoint = "fegetenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetEnvironment(byte[] environment);

    [DllImport("libm.so.6", EntryPoint = "fesetenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironment(byte[] environment);
}
