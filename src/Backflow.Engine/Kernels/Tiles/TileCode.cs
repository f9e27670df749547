using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Backflow.Engine.Kernels;

/// <summary>
/// The machine code that multiplies tiles, assembled when first used: .NET has no intrinsics for them.
/// </summary>
/// <remarks>
/// <code>
///            B: one or two tiles of 16 columns          registers
///            ┌────────┬────────┐
///   A: one   │ tmm0   │ tmm1   │  16 rows               tmm0 … tmm3   sums, float
///   or two   ├────────┼────────┤                        tmm4, tmm5    A, 16 rows × 32 terms, bfloat16
///   tiles    │ tmm2   │ tmm3   │  up to 16 rows         tmm6, tmm7    B, 32 terms × 16 columns, bfloat16
///            └────────┴────────┘
/// </code>
/// Each operand comes as three parts of eight bits (<see cref="TileOperand"/>). Of their nine products the six that
/// reach a float's precision are added up, in an order in which one of the two operands stays in its registers:
/// a₃b₁, a₂b₁, a₂b₂, a₁b₂, a₁b₁, a₁b₃. What is left out, a₂b₃ + a₃b₂ + a₃b₃, is about 2⁻²³ of |a|·|b| at most.
/// An element's sum does not depend on the shape of the tiles around it.
///
/// Instructions: Intel SDM, volume 2, TDPBF16PS, TILELOADD, TILESTORED, LDTILECFG. The calling convention is System
/// V's: the arguments' address comes in rdi, and nothing is preserved but rbx, rbp and r12 to r15.
/// </remarks>
internal static unsafe partial class TileCode
{
    private const int Parts = TileOperand.Parts;
    private const int TileBytes = TileOperand.TileBytes;
    private const int TileRowBytes = 64;

    // <sys/mman.h> of Linux.
    private const int ReadWrite = 1 | 2;
    private const int ReadExecute = 1 | 4;
    private const int PrivateAnonymous = 0x22;

    // (part of A, part of B), zero-based, in the order of the sum.
    private static readonly (int A, int B)[] Products = [(2, 0), (1, 0), (1, 1), (0, 1), (0, 0), (0, 2)];

    private static readonly nint[] Code = AssembleAll();
    private static readonly delegate* unmanaged<byte*, void> ConfigureCode = (delegate* unmanaged<byte*, void>)Load(
        Assemble(static c => c.ldtilecfg(__[rdi])));

    private static readonly delegate* unmanaged<void> ReleaseCode = (delegate* unmanaged<void>)Load(
        Assemble(static c => c.tilerelease()));

    /// <summary>Whether the system took the code: some forbid a process to add to its own.</summary>
    public static bool IsLoaded => ReleaseCode != null && ConfigureCode != null && Code.All(static code => code != 0);

    /// <summary>Sets the shapes of this thread's tile registers, which become zero.</summary>
    /// <param name="shapes">64 bytes as LDTILECFG reads them.</param>
    public static void Configure(byte* shapes) => ConfigureCode(shapes);

    /// <summary>Gives this thread's tile registers back: the system need not save them any more.</summary>
    public static void Release() => ReleaseCode();

    /// <summary>C = source + A·B for some row tiles by some column tiles, repeated along the columns.</summary>
    /// <param name="rowTiles">One or two.</param>
    /// <param name="columnTiles">One or two.</param>
    /// <param name="arguments">Where everything lies.</param>
    public static void Multiply(int rowTiles, int columnTiles, TileArguments* arguments) =>
        ((delegate* unmanaged<TileArguments*, void>)Code[Index(rowTiles, columnTiles)])(arguments);

    private static int Index(int rowTiles, int columnTiles) => ((rowTiles - 1) * 2) + columnTiles - 1;

    private static nint[] AssembleAll()
    {
        nint[] code = new nint[4];
        for (int rowTiles = 1; rowTiles <= 2; rowTiles++)
        {
            for (int columnTiles = 1; columnTiles <= 2; columnTiles++)
            {
                code[Index(rowTiles, columnTiles)] = Load(Assemble(rowTiles, columnTiles));
            }
        }

        return code;
    }

    private static Assembler Assemble(Action<Assembler> instruction)
    {
        Assembler c = new(64);
        instruction(c);
        c.ret();
        return c;
    }

    private static Assembler Assemble(int rowTiles, int columnTiles)
    {
        AssemblerRegisterTMM[] sums = [tmm0, tmm1, tmm2, tmm3];
        Assembler c = new(64);
        Label column = c.CreateLabel();
        Label zero = c.CreateLabel();
        Label started = c.CreateLabel();
        Label block = c.CreateLabel();

        c.mov(rsi, Field(nameof(TileArguments.B)));
        c.mov(r8, Field(nameof(TileArguments.BStride)));
        c.xor(r10, r10); // bytes of columns done
        c.mov(r11, TileRowBytes);

        c.Label(ref column);
        c.mov(rax, Field(nameof(TileArguments.Source)));
        c.test(rax, rax);
        c.jz(zero);
        c.mov(rdx, Field(nameof(TileArguments.SourceStride)));
        ForEachSum(rowTiles, columnTiles, nameof(TileArguments.SourceLower), (row, j, address) =>
            c.tileloadd(sums[(2 * row) + j], __[address + (rdx * 1) + (j * TileRowBytes)]));
        c.jmp(started);
        c.Label(ref zero);
        for (int row = 0; row < rowTiles; row++)
        {
            for (int j = 0; j < columnTiles; j++)
            {
                c.tilezero(sums[(2 * row) + j]);
            }
        }

        c.Label(ref started);
        c.mov(rax, Field(nameof(TileArguments.A)));
        c.mov(rdx, Field(nameof(TileArguments.AStride)));
        c.add(rdx, rax);
        c.mov(rcx, Field(nameof(TileArguments.Blocks)));
        c.mov(r9, rsi);
        c.lea(rsi, __[rsi + (r8 * 1)]);

        c.Label(ref block);
        AddBlock(c, sums, rowTiles, columnTiles);
        c.add(rax, Parts * TileBytes);
        c.add(rdx, Parts * TileBytes);
        c.add(r9, Parts * TileBytes);
        c.add(rsi, Parts * TileBytes);
        c.dec(rcx);
        c.jnz(block);

        c.mov(rdx, Field(nameof(TileArguments.CStride)));
        c.mov(rax, Field(nameof(TileArguments.C)));
        ForEachSum(rowTiles, columnTiles, nameof(TileArguments.CLower), (row, j, address) =>
            c.tilestored(__[address + (rdx * 1) + (j * TileRowBytes)], sums[(2 * row) + j]));

        // On to the next columns.
        c.add(r10, columnTiles * TileRowBytes);
        c.mov(rsi, Field(nameof(TileArguments.B)));
        for (int j = 0; j < columnTiles; j++)
        {
            c.add(rsi, r8);
        }

        c.mov(Field(nameof(TileArguments.B)), rsi);
        c.dec(__qword_ptr[rdi + Offset(nameof(TileArguments.Repeats))]);
        c.jnz(column);
        c.ret();
        return c;

        // Upper tiles lie at rax, lower ones where their field says; both move on by the columns that are done.
        void ForEachSum(int rows, int columns, string lower, Action<int, int, AssemblerRegister64> emit)
        {
            for (int row = 0; row < rows; row++)
            {
                if (row == 1)
                {
                    c.mov(rax, Field(lower));
                }

                c.add(rax, r10);
                for (int j = 0; j < columns; j++)
                {
                    emit(row, j, rax);
                }
            }
        }
    }

    // rax, rdx: the row tiles of A; r9, rsi: the column tiles of B; r11: bytes of a tile's row.
    private static void AddBlock(Assembler c, AssemblerRegisterTMM[] sums, int rowTiles, int columnTiles)
    {
        AssemblerRegisterTMM[] a = [tmm4, tmm5];
        AssemblerRegisterTMM[] b = [tmm6, tmm7];
        AssemblerRegister64[] aAddress = [rax, rdx];
        AssemblerRegister64[] bAddress = [r9, rsi];
        (int A, int B) loaded = (-1, -1);
        foreach ((int A, int B) part in Products)
        {
            for (int i = 0; i < rowTiles && part.A != loaded.A; i++)
            {
                c.tileloadd(a[i], __[aAddress[i] + (r11 * 1) + (part.A * TileBytes)]);
            }

            for (int j = 0; j < columnTiles && part.B != loaded.B; j++)
            {
                c.tileloadd(b[j], __[bAddress[j] + (r11 * 1) + (part.B * TileBytes)]);
            }

            loaded = part;
            for (int i = 0; i < rowTiles; i++)
            {
                for (int j = 0; j < columnTiles; j++)
                {
                    c.tdpbf16ps(sums[(2 * i) + j], a[i], b[j]);
                }
            }
        }
    }

    private static int Offset(string field) => (int)Marshal.OffsetOf<TileArguments>(field);

    private static AssemblerMemoryOperand Field(string field) => __[rdi + Offset(field)];

    // Never writable and executable at once. Zero where the system refuses.
    private static nint Load(Assembler code)
    {
        nuint length = (nuint)Environment.SystemPageSize;
        nint address = Map(0, length, ReadWrite, PrivateAnonymous, -1, 0);
        if (address == -1)
        {
            return 0;
        }

        using UnmanagedMemoryStream stream = new((byte*)address, 0, (long)length, FileAccess.Write);
        code.Assemble(new StreamCodeWriter(stream), (ulong)address);
        return Protect(address, length, ReadExecute) == 0 ? address : 0;
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);
}
