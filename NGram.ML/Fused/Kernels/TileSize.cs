using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NGram.ML.Fused.Kernels;

/// <summary>
/// How many rows of a matrix a tile has: 4, or 5 where vectors have the registers for it and no row is left over.
/// </summary>
internal static class TileSize
{
    /// <summary>Rows of the usual tile; with fewer left, the last one is repeated.</summary>
    public const int Usual = 4;

    /// <summary>Rows of the large tile, which has all of them: 10 rows are two of 5 and not 12, 13 are 5 + 4 + 4.</summary>
    public const int Large = 5;

    /// <summary>Whether vectors have 32 registers and not 16: AVX-512, also for its narrower vectors.</summary>
    public static bool HasManyRegisters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated;
    }

    /// <summary>The size of the next tile.</summary>
    /// <param name="rows">That are left.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int For(int rows)
    {
        int over = rows % Usual;
        return HasManyRegisters && over > 0 && Large * over <= rows ? Large : Usual;
    }
}
