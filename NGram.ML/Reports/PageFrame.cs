using System.Net;

namespace NGram.ML.Reports;

/// <summary>
/// What every report shares: head, style sheet, heading and the figures that stand out. The page's policy forbids any request.
/// </summary>
internal static class PageFrame
{
    /// <summary>Opens a page, up to the inside of its main element.</summary>
    /// <param name="writer">Receives it.</param>
    /// <param name="title">Of the page and its heading.</param>
    /// <param name="subtitle">A line below it.</param>
    /// <param name="hasScript">Whether the page's own script may run.</param>
    public static void Begin(TextWriter writer, string title, string subtitle, bool hasScript)
    {
        string script = hasScript ? "script-src 'unsafe-inline'; " : "";
        writer.WriteLine($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy"
            content="default-src 'none'; {script}style-src 'unsafe-inline'; img-src data: blob:">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{Text(title)}</title>
            <link rel="icon" href="data:,">
            <style>
            {Resource("report.css")}
            </style>
            </head>
            <body>
            <header>
            <h1>{Text(title)}</h1>
            <p>{Text(subtitle)}</p>
            </header>
            <main>
            """);
    }

    /// <summary>Writes names with large figures.</summary>
    public static void Highlights(TextWriter writer, IEnumerable<KeyValuePair<string, string>> figures)
    {
        writer.WriteLine("""<dl class="highlights">""");
        foreach (var (name, value) in figures)
            writer.WriteLine($"<div><dt>{Text(name)}</dt><dd>{Text(value)}</dd></div>");
        writer.WriteLine("</dl>");
    }

    /// <summary>A text as HTML.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A file that is built in.</summary>
    public static string Resource(string name)
    {
        using var stream = typeof(PageFrame).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
