namespace NGram.ML.Sweeps.Running;

/// <summary>Where a trial stands.</summary>
public enum TrialStatus
{
    /// <summary>Nobody has begun it.</summary>
    Waiting,

    /// <summary>A process is at it.</summary>
    Running,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>It failed; its record says why.</summary>
    Failed,

    /// <summary>The process that was at it was stopped or died; it begins anew.</summary>
    Interrupted,
}
