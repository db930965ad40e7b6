using System.Diagnostics.CodeAnalysis;

namespace NGram.ML.Fused.Memory;

/// <summary>The check between views and raw pointers.</summary>
internal static class Shape
{
    /// <summary>Requires that the operands of a kernel fit each other.</summary>
    public static void Require(bool fits)
    {
        if (!fits)
            ThrowMismatch();
    }

    [DoesNotReturn]
    private static void ThrowMismatch() =>
        throw new InvalidOperationException("The shapes of a kernel's operands do not fit each other.");
}
