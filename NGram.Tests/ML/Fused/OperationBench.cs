using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;

namespace NGram.Tests.ML.Fused;

/// <summary>
/// One operation on its own: random inputs, a loss that is a random linear function of its output, and central differences
/// of that loss against the gradients that backward leaves.
/// </summary>
/// <param name="lanes">Floats of a vector.</param>
internal sealed unsafe class OperationBench(int lanes) : IDisposable
{
    private readonly Random random = new(5);
    private readonly List<(string Name, Variable Variable)> inputs = [];

    private readonly Team team = new(2);

    public Workspace Workspace { get; } = new(lanes);

    /// <summary>An input [rows, columns] with values in (-scale, scale), whose gradient is checked.</summary>
    public Variable Input(
        string name, int rowCount, int columns, bool accumulates = true, double scale = 1, RowSet? rows = null)
    {
        var variable = new Variable(
            rows ?? new RowSet(rowCount),
            Workspace.Allocate(rowCount, columns),
            Workspace.Allocate(rowCount, columns),
            accumulates);
        Fill(variable.Value, scale);
        inputs.Add((name, variable));
        return variable;
    }

    /// <summary>An output [rows, columns].</summary>
    public Variable Output(int rows, int columns, RowShares? shares = null) =>
        new(new RowSet(rows, shares), Workspace.Allocate(rows, columns), Workspace.Allocate(rows, columns), accumulates: true);

    /// <summary>An output [rows, columns] that has the gradient of another variable.</summary>
    public Variable Sharing(Variable other) =>
        new(other.Rows, Workspace.Allocate(other.Value.Rows, other.Columns), other.Gradient, other.Accumulates);

    /// <summary>Checks the gradients of all inputs of an operation on rows, by blocks of three.</summary>
    public void Check(RowOperation operation, Variable output) => Check(new RowBlocks(output.Rows, 3, operation), output);

    /// <summary>Checks the gradients of all inputs.</summary>
    /// <param name="operation">Forward and backward.</param>
    /// <param name="output">What it computes; only the rows in use count.</param>
    public void Check(Operation operation, Variable output)
    {
        var weights = Workspace.Allocate(output.Value.Rows, output.Columns);
        Fill(weights, 1);
        foreach (var (_, variable) in inputs)
        {
            if (variable.Accumulates)
                variable.Gradient.Clear();
        }

        Forward(operation);
        var gradient = output.CurrentGradient;
        for (int row = 0; row < gradient.Rows; row++)
        {
            for (int column = 0; column < gradient.Columns; column++)
                gradient[row][column] = weights[row][column];
        }

        for (int i = 0; i < team.Members; i++)
            operation.Prepare(new Part(i, team.Members));
        var backward = new Schedule();
        backward.Add(operation.BackwardPieces);
        backward.Run(team);
        foreach (var (name, variable) in inputs)
            CheckInput(name, variable, operation, output, weights);
    }

    public void Dispose()
    {
        team.Dispose();
        Workspace.Dispose();
    }

    private void Forward(Operation operation)
    {
        var schedule = new Schedule();
        schedule.Add(operation.ForwardPieces);
        schedule.Run(team);
    }

    private void CheckInput(string name, Variable variable, Operation operation, Variable output, Matrix weights)
    {
        const float step = 1 / 128f;
        double difference = 0, norm = 0;
        for (int row = 0; row < variable.Value.Rows; row++)
        {
            for (int column = 0; column < variable.Columns; column++)
            {
                float* value = variable.Value[row] + column;
                float original = *value;
                double derivative = 0;
                // Fourth order, so that a step large enough for float32 has a small error.
                foreach (var (factor, weight) in ((int, double)[])[(1, 8), (-1, -8), (2, -1), (-2, 1)])
                {
                    *value = original + factor * step;
                    Forward(operation);
                    derivative += weight * Loss(output, weights) / (12 * step);
                }
                *value = original;
                difference += Math.Pow(derivative - variable.Gradient[row][column], 2);
                norm += derivative * derivative;
            }
        }

        Assert.IsGreaterThan(0, norm, $"{name} has no influence");
        // Rounding of float32 values, some 1e-7, over the step. Negated, so that a NaN fails.
        double error = Math.Sqrt(difference / norm);
        if (!(error <= 3e-4))
            Assert.Fail($"The gradient with respect to {name} has the relative error {error}.");
    }

    private static double Loss(Variable output, Matrix weights)
    {
        double loss = 0;
        var value = output.CurrentValue;
        for (int row = 0; row < value.Rows; row++)
        {
            for (int column = 0; column < value.Columns; column++)
                loss += (double)value[row][column] * weights[row][column];
        }

        return loss;
    }

    private void Fill(Matrix matrix, double scale)
    {
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int column = 0; column < matrix.Columns; column++)
                matrix[row][column] = (float)(scale * (2 * random.NextDouble() - 1));
        }
    }
}
