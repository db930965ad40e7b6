using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NGram.ML.Fused.Kernels;

/// <summary>
/// How many rows of a matrix a tile has: 4, or 5 where vectors have the registers for it and no row is left over.
/// </summary>
internal static class TileSize
{
    /// <summary>Rows of the usual tile; where fewer are left, the last one is repeated.</summary>
    public const int Usual = 4;

    /// <summary>
    /// Rows of the large tile, which is never padded: 10 rows are done as 5 + 5 rather than as 12, 13 as 5 + 4 + 4.
    /// </summary>
    public const int Large = 5;

    /// <summary>Whether there are 32 vector registers rather than 16: with AVX-512, for narrower vectors too.</summary>
    public static bool HasManyRegisters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated;
    }

    /// <summary>The size of the next tile.</summary>
    /// <param name="rows">Rows that are left.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int For(int rows)
    {
        int over = rows % Usual;
        return HasManyRegisters && over > 0 && Large * over <= rows ? Large : Usual;
    }
}
