using System.Reflection;

namespace NGram.Cli.Terminal;

/// <summary>The version of this build.</summary>
internal static class ProductVersion
{
    /// <summary>The package's version, without the commit.</summary>
    public static string Text { get; } =
        typeof(ProductVersion)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];
}
