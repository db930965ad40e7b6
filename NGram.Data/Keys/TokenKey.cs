using System.Numerics;

namespace NGram.Data.Keys;

/// <summary>The one place where 0-based tokens become ML.NET's keys, which count from 1 and mean a missing value by 0.</summary>
internal static class TokenKey
{
    /// <summary>The key of a missing value.</summary>
    public const uint Missing = 0;

    /// <summary>The key of a token.</summary>
    public static uint Of(ushort token) => token + 1u;

    /// <summary>The 0-based token of a key of any of ML.NET's key types, -1 where it is <see cref="Missing"/>.</summary>
    public static int ToToken<T>(T key) where T : unmanaged, IBinaryInteger<T> => int.CreateSaturating(key) - 1;
}
