using NGram.Data.Distributions;
using NGram.ML.Native;
using static TorchSharp.torch;

namespace NGram.ML.Constructions.Systems;

/// <summary>
/// The prompts of the largest total probability for which a linear system has an exact solution: the heaviest first, each is
/// taken if its row is independent of those taken before. Independent sets of rows are a matroid, so no other such set weighs
/// more, and none has more prompts.
/// </summary>
internal static class IndependentPrompts
{
    // Of a row of length 1. Taking one of which this is left makes rounding errors of 1e-16 / 1e-7, well below it.
    private const double Tolerance = 1e-7;

    private const int BlockSize = 256;

    /// <summary>The prompts taken, by descending probability.</summary>
    /// <param name="prompts">All prompts, by descending probability.</param>
    /// <param name="averages">What gives their rows.</param>
    /// <param name="most">How many can be independent at most: where they are found, the others are not looked at.</param>
    public static List<Prompt> Of(IEnumerable<Prompt> prompts, AttentionAverages averages, int most)
    {
        TorchLibrary.Load();
        using var scope = NewDisposeScope();
        var taken = new List<Prompt>();
        var basis = zeros(0, averages.Columns, dtype: float64); // orthonormal rows, one for each prompt taken
        foreach (var block in prompts.Chunk(BlockSize))
        {
            using var blockScope = NewDisposeScope();
            var rows = tensor(averages.Of(block), block.Length, averages.Columns);
            var rest = Without(rows / rows.norm(1, keepdim: true), basis);
            var added = basis[..0];
            for (int i = 0; i < block.Length && taken.Count < most; i++)
            {
                var row = Without(rest[i].unsqueeze(0), added);
                var length = row.norm();
                if (length.item<double>() <= Tolerance)
                    continue;
                // Again: in a row of which little is left, rounding errors along the basis have grown.
                row = Without(Without(row / length, basis), added);
                added = cat([added, row / row.norm()]);
                taken.Add(block[i]);
            }
            basis = cat([basis, added]).MoveToOuterDisposeScope();
            if (taken.Count == most)
                break;
        }
        return taken;
    }

    private static Tensor Without(Tensor rows, Tensor basis) => rows - rows.mm(basis.t()).mm(basis);
}
