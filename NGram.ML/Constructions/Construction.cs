using NGram.ML.Models.Tensors;

namespace NGram.ML.Constructions;

/// <summary>Weights that were solved for instead of trained.</summary>
public sealed record Construction
{
    /// <summary>The parameters under PyTorch's names, as the architecture's precision holds them.</summary>
    public required StateDict Parameters { get; init; }

    /// <summary>Prompts that the linear system puts where they belong: the heaviest, and all of them where it has room.</summary>
    public required int Solved { get; init; }

    /// <summary>Rank of the system's matrix [solved prompts, H d_h + d], by its singular values in double.</summary>
    public required int Rank { get; init; }

    /// <summary>Its largest singular value divided by the smallest of those that count.</summary>
    public required double ConditionNumber { get; init; }

    /// <summary>Standard deviation of the query-key scores that was chosen, the one with the smallest condition number.</summary>
    public required double ScoreScale { get; init; }
}
