using System.Numerics;
using System.Runtime.CompilerServices;
using Floats = System.Numerics.Vector<float>;

namespace NGram.ML.Kernels;

/// <summary>Adam as torch.optim.Adam states it, with its default coefficients 0.9, 0.999 and epsilon 1e-8 and no weight decay.</summary>
internal readonly unsafe struct Adam
{
    private const double Beta1 = 0.9, Beta2 = 0.999;
    private const float Epsilon = 1e-8f;
    private readonly float stepSize, inverseCorrection;

    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="step">Counted from 1.</param>
    public Adam(double learningRate, long step)
    {
        stepSize = (float)(learningRate / (1 - Math.Pow(Beta1, step)));
        inverseCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step)));
    }

    /// <summary>Updates length (whole vectors of) values and their moments.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Update(float* value, float* gradient, float* first, float* second, nint length)
    {
        Floats rate1 = new((float)(1 - Beta1)), rate2 = new((float)(1 - Beta2)), decay2 = new((float)Beta2);
        Floats step = new(-stepSize), correction = new(inverseCorrection), epsilon = new(Epsilon);
        for (nint i = 0; i < length; i += Floats.Count)
        {
            Floats g = Vector.Load(gradient + i), m = Vector.Load(first + i);
            m = Vector.FusedMultiplyAdd(g - m, rate1, m);
            var v = Vector.FusedMultiplyAdd(g * g, rate2, Vector.Load(second + i) * decay2);
            var change = m / Vector.FusedMultiplyAdd(Vector.SquareRoot(v), correction, epsilon);
            Vector.Store(m, first + i);
            Vector.Store(v, second + i);
            Vector.Store(Vector.FusedMultiplyAdd(step, change, Vector.Load(value + i)), value + i);
        }
    }
}
