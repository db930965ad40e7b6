using NGram.Data;

namespace Microsoft.ML;

/// <summary>The entry: <c>new MLContext().NGrams</c>.</summary>
public static class MLContextDataExtensions
{
    extension(MLContext context)
    {
        /// <summary>Sequences for ML.NET.</summary>
        public NGramCatalog NGrams => new(context);
    }
}
