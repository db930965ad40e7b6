using NGram.ML.Fused.Threading;

namespace NGram.ML.Fused.Differentiation;

/// <summary>
/// Pieces of work in stages: within a stage, threads do not wait for each other. A stage ends where a thread would otherwise
/// touch what another one writes.
/// </summary>
internal sealed class Schedule
{
    private readonly List<List<Piece>> stages = [[]];
    private readonly List<Piece> deferred = [];
    private readonly Action<Part> run;
    private Team? team;

    public Schedule() => run = Run;

    /// <summary>Number of stages: threads wait for each other between them.</summary>
    public int Stages => stages.Count;

    /// <summary>Appends pieces.</summary>
    public void Add(IEnumerable<Piece> pieces)
    {
        foreach (var piece in pieces)
        {
            if (piece.IsDeferrable)
                deferred.Add(piece);
            else
                Add(piece);
        }
    }

    /// <summary>Ends the stage, after all that was deferred.</summary>
    public void EndStage()
    {
        AddDeferred();
        if (stages[^1].Count > 0)
            stages.Add([]);
    }

    /// <summary>Does everything.</summary>
    public void Run(Team team)
    {
        AddDeferred();
        this.team = team;
        team.Run(run);
    }

    private void Add(Piece piece)
    {
        if (deferred.Exists(piece.ConflictsWith))
            AddDeferred();
        if (Conflicts(piece))
        {
            stages.Add([]);
            AddDeferred();
            if (Conflicts(piece))
                stages.Add([]);
        }
        stages[^1].Add(piece);
    }

    private void AddDeferred()
    {
        foreach (var piece in deferred)
        {
            if (Conflicts(piece))
                stages.Add([]);
            stages[^1].Add(piece);
        }
        deferred.Clear();
    }

    private bool Conflicts(Piece piece) => stages[^1].Exists(piece.ConflictsWith);

    private void Run(Part part)
    {
        for (int stage = 0; stage < stages.Count; stage++)
        {
            if (stage > 0 && !team!.Meet(stage))
                return;
            foreach (var piece in stages[stage])
                piece.Work(part);
        }
    }
}
