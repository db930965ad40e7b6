using Google.Protobuf;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using NGram.Data.Keys;
using NGram.ML.Interchange.Onnx;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.ML.Native;

namespace NGram.ML.Interchange.Stock;

/// <summary>
/// A next-token model in stock ML.NET's words: OnnxTransformer (Score and a key as a number), Hash (makes the number a scalar),
/// MapValue (makes it a key of the label's type with its KeyValues), DropColumns. It loads without this library and libtorch.
/// </summary>
internal static class StockChain
{
    // With 31 bits every second seed is perfect for the largest vocabulary.
    private const int HashBits = 31, MostSeeds = 200;

    /// <summary>Saves the chain where <paramref name="context"/> stands.</summary>
    /// <param name="context">ML.NET's writer.</param>
    /// <param name="architecture">The model.</param>
    /// <param name="parameters">Its parameters under PyTorch's names.</param>
    /// <param name="vocabulary">What the keys of Context and Label stand for.</param>
    /// <param name="slotTokens">The token of every slot of Score, Label's first.</param>
    /// <param name="score">Name of the column of probabilities.</param>
    /// <param name="predictedLabel">Name of the column of predicted keys.</param>
    public static void Save(
        ModelSaveContext context,
        Architecture architecture,
        StateDict parameters,
        Vocabulary vocabulary,
        IReadOnlyList<int> slotTokens,
        string score,
        string predictedLabel)
    {
        // OnnxTransformer reads its file again when it is saved, and never deletes one.
        using var file = new NamedMemory(
            "model.onnx",
            PromptGraph.Create(architecture, parameters, vocabulary, slotTokens).WriteTo);
        var table = new KeyTable(vocabulary.Context, vocabulary.Label, PromptGraph.PredictedKey, predictedLabel);
        using var chain = Create(new MLContext(), file.Path, table, score, predictedLabel);
        ((ICanSaveModel)chain).Save(context);
    }

    private static TransformerChain<ITransformer> Create(
        MLContext ml,
        string file,
        KeyTable table,
        string score,
        string predictedLabel)
    {
        string input = table.Schema[0].Name;
        var onnx = ml.Transforms.ApplyOnnxModel([OnnxFile.Score, PromptGraph.PredictedKey], [input], file).Fit(table);
        var hash = PerfectHash(ml, table);
        var lookup = hash.Transform(table);
        var map = ml
            .Transforms.Conversion.MapValue(
                predictedLabel,
                lookup,
                lookup.Schema[PromptGraph.PredictedKey],
                lookup.Schema[predictedLabel],
                PromptGraph.PredictedKey)
            .Fit(lookup);
        var drop = ml.Transforms.DropColumns(PromptGraph.PredictedKey).Fit(lookup);
        if (score == OnnxFile.Score)
            return new TransformerChain<ITransformer>(onnx, hash, map, drop);
        // The graph's slot names belong to its own name of the column, so it is renamed after it.
        var scored = onnx.Transform(table);
        var copy = ml.Transforms.CopyColumns(score, OnnxFile.Score).Fit(scored);
        var dropScore = ml.Transforms.DropColumns(OnnxFile.Score).Fit(scored);
        return new TransformerChain<ITransformer>(onnx, copy, dropScore, hash, map, drop);
    }

    // The first seed that gives every key of the table a value of its own.
    private static HashingTransformer PerfectHash(MLContext ml, KeyTable table)
    {
        for (uint seed = 1; seed <= MostSeeds; seed++)
        {
            var options = new HashingEstimator.ColumnOptions(
                PromptGraph.PredictedKey,
                numberOfBits: HashBits,
                seed: seed,
                combine: true);
            var hash = ml.Transforms.Conversion.Hash(options).Fit(table);
            var values = hash.Transform(table).GetColumn<uint>(PromptGraph.PredictedKey);
            if (values.Distinct().Count() == table.GetRowCount())
                return hash;
        }
        throw new InvalidOperationException($"None of {MostSeeds} seeds hashes {table.GetRowCount()} keys without a collision.");
    }
}
