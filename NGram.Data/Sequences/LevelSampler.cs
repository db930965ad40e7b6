using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NGram.Data.Laws;
using NGram.Data.Randomness;

namespace NGram.Data.Sequences;

/// <summary>Draws the tokens at one position for many rows at once: the cache misses of independent rows overlap.</summary>
internal abstract class LevelSampler
{
    /// <summary>Every token is equally likely after every context.</summary>
    public bool IsUniform => this is LevelSampler<UniformDraw>;

    /// <summary>Draws a token for every row.</summary>
    /// <param name="random">Gives each row one number.</param>
    /// <param name="tokens">From the first row's place on; rows are <paramref name="stride"/> apart.</param>
    /// <param name="stride">The context window.</param>
    /// <param name="contexts">Every row's context, to which the token is appended: context * N + token.</param>
    public abstract void Draw(CounterRandom random, Span<ushort> tokens, int stride, Span<uint> contexts);

    /// <summary>Draws the tokens at two positions whose levels are both uniform, a row's from the halves of one number.</summary>
    /// <inheritdoc cref="Draw" path="/param"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DrawUniformPair(
        CounterRandom random,
        Span<ushort> tokens,
        int stride,
        Span<uint> contexts,
        uint vocabularySize)
    {
        ref ushort place = ref FirstPlace(tokens, 2, stride, contexts.Length);
        foreach (ref uint context in contexts)
        {
            ulong bits = random.Next();
            uint first = (uint)((bits >> 32) * vocabularySize >> 32);
            uint second = (uint)((uint)bits * (ulong)vocabularySize >> 32);
            place = (ushort)first;
            Unsafe.Add(ref place, 1) = (ushort)second;
            context = (context * vocabularySize + first) * vocabularySize + second;
            place = ref Unsafe.Add(ref place, stride);
        }
    }

    /// <summary>The sampler of pi_<paramref name="index"/>.</summary>
    public static LevelSampler Create(NGramLevel level, int index)
    {
        uint n = (uint)level.VocabularySize;
        if (level.IsUniform)
            return new LevelSampler<UniformDraw>(new(n), n);
        if (level.IsDense)
            return new LevelSampler<DenseDraw>(new(DenseTables(level, index), level.VocabularySize), n);
        if (level.Weights.Length == 1)
            return new LevelSampler<LookUpDraw>(new(level.Tokens!), n);
        ulong[] table = new ulong[level.Weights.Length];
        AliasTable.Build(level.Weights, table);
        return new LevelSampler<PermutedDraw>(new(table, level.Tokens!), n);
    }

    /// <summary>The first row's place, once it is sure that the last row's is inside too: the loops go on unchecked.</summary>
    protected static ref ushort FirstPlace(Span<ushort> tokens, int width, int stride, int rows)
    {
        if (rows > 0)
            _ = tokens.Slice((rows - 1) * stride, width);
        return ref MemoryMarshal.GetReference(tokens);
    }

    private static ulong[] DenseTables(NGramLevel level, int index)
    {
        int n = level.VocabularySize;
        NGramLevel.RequireMemory(n, index, n, sizeof(ulong));
        ulong[] tables = new ulong[level.Dense.Length];
        Parallel.For(
            0,
            tables.Length / n,
            context => AliasTable.Build(level.Dense.Slice(context * n, n), tables.AsSpan(context * n, n)));
        return tables;
    }
}

/// <summary>The loop, compiled for each way to draw.</summary>
internal sealed class LevelSampler<TDraw>(TDraw draw, uint vocabularySize) : LevelSampler where TDraw : struct, IDraw
{
    // Blocks are short: without this the first thousands of rows would run unoptimised.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Draw(CounterRandom random, Span<ushort> tokens, int stride, Span<uint> contexts)
    {
        var (draws, n) = (draw, vocabularySize);
        ref ushort place = ref FirstPlace(tokens, 1, stride, contexts.Length);
        foreach (ref uint context in contexts)
        {
            uint token = draws.Draw(random.Next(), context);
            place = (ushort)token;
            context = context * n + token;
            place = ref Unsafe.Add(ref place, stride);
        }
    }
}
