using System.CommandLine;

namespace NGram.Cli.CommandLine;

/// <summary>A command whose flags come in groups, with examples in its help.</summary>
internal abstract class NGramCommand(string name, string description) : Command(name, description)
{
    private readonly List<FlagGroup> groups = [];

    /// <summary>The flags that it shares with other commands; its own come after them.</summary>
    public IReadOnlyList<FlagGroup> Groups => groups;

    /// <summary>What its help shows, the simplest first.</summary>
    public abstract IReadOnlyList<Example> Examples { get; }

    /// <summary>Declares a group of flags.</summary>
    protected T Add<T>(T group) where T : FlagGroup
    {
        groups.Add(group);
        foreach (var option in group.Options)
            Options.Add(option);
        return group;
    }

    /// <summary>Declares a flag that only this command has.</summary>
    protected Option<T> Add<T>(Option<T> option)
    {
        Options.Add(option);
        return option;
    }
}
