namespace NGram.ML.Interchange.Onnx;

/// <summary>
/// erf in float64, which ONNX Runtime's operator does not compute: erf(x) = 2 x / sqrt(pi) times the integral of exp(-x^2 u^2)
/// over u from 0 to 1, by the 24 nodes of Gauss and Legendre. From |x| = 6 on it is 1; the error is below 1e-15 everywhere.
/// </summary>
internal static class ErrorFunction
{
    private const int Nodes = 24;
    private const double Largest = 6;

    /// <summary>Adds erf of each element of a value.</summary>
    public static string Add(OnnxGraph graph, string x)
    {
        string bounded = graph.Node("Clip", x, graph.Reals([-Largest]), graph.Reals([Largest]));
        string square = graph.Node("Mul", bounded, bounded), sum = "";
        foreach (var (node, weight) in GaussLegendre())
        {
            string power = graph.Node("Exp", graph.Node("Mul", square, graph.Reals([-node * node])));
            string term = graph.Node("Mul", power, graph.Reals([2 / Math.Sqrt(Math.PI) * weight]));
            sum = sum.Length == 0 ? term : graph.Node("Add", sum, term);
        }
        return graph.Node("Mul", bounded, sum);
    }

    /// <summary>Nodes and weights on 0 to 1: the roots of the Legendre polynomial, by Newton's method.</summary>
    private static IEnumerable<(double Node, double Weight)> GaussLegendre()
    {
        for (int root = 0; root < Nodes; root++)
        {
            double x = Math.Cos(Math.PI * (root + 0.75) / (Nodes + 0.5)), slope = 0;
            for (int step = 0; step < 10; step++)
            {
                double before = 1, value = x;
                for (int degree = 2; degree <= Nodes; degree++)
                    (before, value) = (value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree);
                slope = Nodes * (x * value - before) / (x * x - 1);
                x -= value / slope;
            }
            yield return ((x + 1) / 2, 1 / ((1 - x * x) * slope * slope));
        }
    }
}
