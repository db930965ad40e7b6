using System.CommandLine;
using NGram.Cli.Terminal;
using NGram.Data.Checks;

namespace NGram.Cli.CommandLine;

/// <summary>Flags that belong together: a section of the help, bound to the records whose defaults they show.</summary>
internal abstract class FlagGroup(string title, string prefix = "")
{
    private readonly List<Option> options = [];

    /// <summary>Heading of the section.</summary>
    public string Title => title;

    /// <summary>The flags, in the order of the help.</summary>
    public IReadOnlyList<Option> Options => options;

    /// <summary>Declares a flag.</summary>
    protected T Add<T>(T option) where T : Option
    {
        options.Add(option);
        return option;
    }

    /// <summary>Runs a record's validation; its errors then name flags instead of properties.</summary>
    /// <exception cref="UsageException">A value is out of its range.</exception>
    protected void Check(Action validate)
    {
        try
        {
            validate();
        }
        catch (OptionException exception) when (new FlagNames(options, prefix).TryDescribe(exception, out string message))
        {
            throw new UsageException(message);
        }
    }

    /// <summary>Refuses every flag of the group.</summary>
    /// <exception cref="UsageException">One is given.</exception>
    public void RefuseAll(ParseResult parse, string reason) => Refuse(parse, reason, [.. options]);

    /// <summary>Refuses flags that contradict another one.</summary>
    /// <exception cref="UsageException">One of <paramref name="refused"/> is given.</exception>
    protected static void Refuse(ParseResult parse, string reason, params Option[] refused)
    {
        if (Array.Find(refused, parse.Has) is { } option)
            throw new UsageException($"{option.Name} {reason}");
    }
}
