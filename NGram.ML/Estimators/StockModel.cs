using Microsoft.ML;
using NGram.Data.IO;

namespace NGram.ML.Estimators;

/// <summary>A model as the .zip file of stock ML.NET.</summary>
internal static class StockModel
{
    /// <summary>Writes the file; what ML.NET writes meanwhile is in the same folder.</summary>
    /// <exception cref="IOException">It cannot be written; the message names the file.</exception>
    public static void Write(string path, NextTokenTransformer transformer)
    {
        try
        {
            var context = new MLContext { TempFilePath = Path.GetDirectoryName(Path.GetFullPath(path)) };
            context.Model.Save(transformer, transformer.InputSchema, path);
        }
        catch (Exception exception) when (WriteFault.Of(path, exception) is { } named)
        {
            throw named;
        }
    }
}
