namespace NGram.ML.Sweeps.Running;

/// <summary>The status of a trial.</summary>
public enum TrialStatus
{
    /// <summary>It has not begun.</summary>
    Waiting,

    /// <summary>A process is running it.</summary>
    Running,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>It failed; its record says why.</summary>
    Failed,

    /// <summary>The process that ran it was stopped or died; it will start over.</summary>
    Interrupted,
}
