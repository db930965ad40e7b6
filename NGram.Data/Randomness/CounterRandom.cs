using System.Runtime.CompilerServices;

namespace NGram.Data.Randomness;

/// <summary>
/// A random generator addressed by what the numbers are for: the i-th number of a key is a hash of key + i (SplitMix64,
/// Steele, Lea and Flood 2014), so that work can be cut and spread over threads in any way without changing a number.
/// </summary>
/// <param name="key">Names the stream; see <see cref="Key"/>.</param>
internal struct CounterRandom(ulong key)
{
    // The golden ratio's odd integer: successive counters differ in about half of the bits.
    private const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong state = key;

    /// <summary>The stream of a key from its number <paramref name="index"/> on.</summary>
    public CounterRandom(ulong key, ulong index) : this(key + index * Increment)
    {
    }

    /// <summary>A key for a seed and up to two coordinates, such as a level and a context, or a block.</summary>
    public static ulong Key(long seed, long first, long second = 0) =>
        Mix(Mix(Mix((ulong)seed + Increment) + (ulong)first * Increment) + (ulong)second * Increment);

    /// <summary>The next 64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next() => Mix(state += Increment);

    /// <summary>A whole number from 0 to <paramref name="bound"/> - 1, uniform but for 2^-32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int bound) => (int)Math.BigMul(Next(), (ulong)(uint)bound, out _);

    /// <summary>A number from 0 (included) to 1 (excluded), a multiple of 2^-53.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>A number of the standard normal law (Box and Muller 1958).</summary>
    public double NextNormal()
    {
        // 1 - u is never 0, so the logarithm is finite.
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Puts <paramref name="items"/> into uniformly random order (Fisher and Yates).</summary>
    /// <remarks>Compiled once: it is called seldom and loops long, which would leave it in slow code.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>SplitMix64's hash of 64 bits, which maps no two of them to the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
