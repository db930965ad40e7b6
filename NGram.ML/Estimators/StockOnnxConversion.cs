using System.Diagnostics;

namespace NGram.ML.Estimators;

/// <summary>
/// Stock <c>mlContext.Model.ConvertToOnnx</c>. It walks back from a pipeline's last view as far as views have a form of its own,
/// which only stock ones can have, and takes the columns of the first other one for the graph's inputs: a graph without our
/// model, and no word of it.
/// </summary>
internal static class StockOnnxConversion
{
    private const string Converter = "Microsoft.ML.OnnxConverter";

    /// <summary>Refuses to be a part of a graph that would leave it out.</summary>
    /// <param name="alternative">What gives an ONNX file instead, as a sentence.</param>
    /// <exception cref="NotSupportedException">The converter asks for the view.</exception>
    public static void Refuse(string alternative)
    {
        // The converter calls Transform itself; where it is not loaded there is nothing to look for.
        if (!AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == Converter))
            return;
        if (new StackTrace().GetFrames().Any(frame => frame.GetMethod()?.Module.Assembly.GetName().Name == Converter))
            throw new NotSupportedException($"ConvertToOnnx would leave this model out of the graph. {alternative}");
    }
}
