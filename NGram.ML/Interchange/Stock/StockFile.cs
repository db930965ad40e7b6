using Microsoft.ML;
using NGram.Data.IO;

namespace NGram.ML.Interchange.Stock;

/// <summary>The .zip file of ML.NET.</summary>
internal static class StockFile
{
    /// <summary>Writes a model; what ML.NET writes meanwhile is in the same folder.</summary>
    /// <exception cref="IOException">It cannot be written; the message names the file.</exception>
    public static void Write(string path, ITransformer model, DataViewSchema inputSchema)
    {
        try
        {
            new MLContext { TempFilePath = Path.GetDirectoryName(Path.GetFullPath(path)) }.Model.Save(model, inputSchema, path);
        }
        catch (Exception exception) when (WriteFault.Of(path, exception) is { } named)
        {
            throw named;
        }
    }
}
