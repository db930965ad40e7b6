using NGram.Data.Randomness;
using NGram.ML.Constructions.Systems;

namespace NGram.ML.Constructions.Facts;

/// <summary>
/// GELU'(w_k x) (x, 1) for random gates w_k and residuals x: the rows of a linear system, whose solution gives the weights of an
/// MLP. A gate is a pair of units with the inputs w x + e v x and w x - e v x.
/// </summary>
internal sealed class GatedFeatures
{
    // The first that converges is used: large steps lose least to the precision of the parameters.
    private static readonly double[] Steps = [0.5, 0.2, 0.05, 0.01, 1e-3];

    // Relative to the largest output.
    private const double Tolerance = 1e-9;

    private const int MostCorrections = 30;

    private readonly double[] inputs; // [prompts, d + 1]: residuals, then 1
    private readonly double[] gates;  // [gates, d + 1]
    private readonly int width;       // d + 1

    /// <param name="residuals">[prompts, d].</param>
    /// <param name="d">Dimension of a residual.</param>
    /// <param name="count">Number of gates.</param>
    /// <param name="scale">Approximate standard deviation of a gate's input.</param>
    /// <param name="seed">Seed of the gates.</param>
    public GatedFeatures(double[] residuals, int d, int count, double scale, int seed)
    {
        width = d + 1;
        int prompts = residuals.Length / d;
        inputs = new double[prompts * width];
        double square = 0;
        for (int i = 0; i < prompts; i++)
        {
            for (int j = 0; j < d; j++)
            {
                inputs[i * width + j] = residuals[i * d + j];
                square += residuals[i * d + j] * residuals[i * d + j];
            }
            inputs[i * width + d] = 1;
        }
        double deviation = scale / Math.Sqrt(square / prompts + 1);
        var random = new CounterRandom(CounterRandom.Key(seed, 7));
        gates = new double[count * width];
        for (int i = 0; i < gates.Length; i++)
            gates[i] = deviation * random.NextNormal();
    }

    private int Prompts => inputs.Length / width;

    /// <summary>[prompts, gates (d + 1)].</summary>
    public double[] Rows()
    {
        double[] rows = new double[(long)Prompts * gates.Length];
        Parallel.For(0, Prompts, i =>
        {
            for (int start = 0; start < gates.Length; start += width)
            {
                double open = Gelu.Slope(Product(gates, start, i));
                for (int j = 0; j < width; j++)
                    rows[(long)i * gates.Length + start + j] = open * inputs[i * width + j];
            }
        });
        return rows;
    }

    /// <summary>The MLP with these outputs, as closely as the size of its steps allows.</summary>
    /// <param name="system">The system of <see cref="Rows"/>.</param>
    /// <param name="solution">[gates (d + 1), code]: its solution for the outputs.</param>
    /// <param name="outputs">[prompts, code].</param>
    /// <param name="code">Length of an output.</param>
    public GatedMlp ToMlp(LinearSystem system, double[] solution, double[] outputs, int code)
    {
        GatedMlp? best = null;
        foreach (double step in Steps)
        {
            var mlp = Corrected(system, [.. solution], outputs, code, step);
            if (mlp.Error < Tolerance * outputs.Max(Math.Abs))
                return mlp;
            if (best is null || mlp.Error < best.Error)
                best = mlp;
        }
        return best!;
    }

    // The remaining error is solved for again and added, as long as that helps.
    private GatedMlp Corrected(LinearSystem system, double[] solution, double[] outputs, int code, double step)
    {
        var mlp = Of(solution, outputs, code, step, out double[] missing);
        for (int i = 0; i < MostCorrections; i++)
        {
            double[] correction = system.Solve(missing).Values;
            for (int j = 0; j < solution.Length; j++)
                solution[j] += correction[j];
            var corrected = Of(solution, outputs, code, step, out missing);
            if (!(corrected.Error < mlp.Error))
                break;
            mlp = corrected;
        }
        return mlp;
    }

    private GatedMlp Of(double[] solution, double[] outputs, int code, double step, out double[] missing)
    {
        int count = gates.Length / width, units = 2 * count * code;
        double[] hidden = new double[units * width], scales = new double[units], left = [.. outputs];
        Parallel.For(0, code, number =>
        {
            double[] behind = new double[width];
            for (int gate = 0; gate < count; gate++)
            {
                for (int j = 0; j < width; j++)
                    behind[j] = solution[(gate * width + j) * code + number];
                double most = 1e-300;
                for (int i = 0; i < Prompts; i++)
                    most = Math.Max(most, Math.Abs(Product(behind, 0, i)));
                int unit = 2 * (number * count + gate);
                double size = step / most;
                for (int j = 0; j < width; j++)
                {
                    hidden[unit * width + j] = gates[gate * width + j] + size * behind[j];
                    hidden[(unit + 1) * width + j] = gates[gate * width + j] - size * behind[j];
                }
                (scales[unit], scales[unit + 1]) = (1 / (2 * size), -1 / (2 * size));
                for (int i = 0; i < Prompts; i++)
                {
                    double up = Product(hidden, unit * width, i), down = Product(hidden, (unit + 1) * width, i);
                    left[i * code + number] -= (Gelu.Of(up) - Gelu.Of(down)) * scales[unit];
                }
            }
        });
        missing = left;
        return new(hidden, scales, width - 1, 2 * count, left.Max(Math.Abs));
    }

    private double Product(double[] weights, int start, int prompt)
    {
        double sum = 0;
        for (int j = 0; j < width; j++)
            sum += weights[start + j] * inputs[prompt * width + j];
        return sum;
    }
}
