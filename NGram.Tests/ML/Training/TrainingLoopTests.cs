using NGram.ML.Engines;
using NGram.ML.Models.Tensors;
using NGram.ML.Training;
using NGram.ML.Training.Batches;

namespace NGram.Tests.ML.Training;

[TestClass]
public sealed class TrainingLoopTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 4, LearningRate = 0.4, FinalLearningRate = 0.1 };

    [TestMethod]
    public void Every_batch_of_every_epoch_is_trained_at_its_learning_rate()
    {
        var engine = new FakeEngine(_ => 2.0);
        var history = TrainingLoop.Run(engine, new FakeBatches(3), Options, entropy: 0.5);

        Assert.AreEqual(12, history.Steps);
        Assert.AreEqual(StopReason.Completed, history.StopReason);
        CollectionAssert.AreEqual(
            new double[] { 0.4, 0.4, 0.4, 0.3, 0.3, 0.3, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1 },
            engine.LearningRates.Select(rate => Math.Round(rate, 12)).ToArray());
        CollectionAssert.AreEqual(Enumerable.Repeat(1.5, 12).ToArray(), history.Losses.ToArray(), "the entropy is subtracted");
        CollectionAssert.AreEqual(new (int, int)[] { (0, 0), (0, 1), (0, 2), (1, 0) }, engine.Batches.Take(4).ToArray());
    }

    [TestMethod]
    public void Columns_of_the_history_are_those_of_the_interface()
    {
        var withLaw = TrainingLoop.Run(new FakeEngine(_ => 1), new FakeBatches(2), Options, entropy: 0).ToDataFrame();
        var without = TrainingLoop.Run(new FakeEngine(_ => 1), new FakeBatches(2), Options, entropy: null).ToDataFrame();

        CollectionAssert.AreEqual(
            new[] { "Epoch", "Batch", "Divergence", "Accuracy", "LearningRate" },
            withLaw.Columns.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(
            new[] { "Epoch", "Batch", "CrossEntropy", "Accuracy", "LearningRate" },
            without.Columns.Select(column => column.Name).ToArray());
        Assert.AreEqual("1,2", $"{withLaw["Epoch"][1]},{withLaw["Batch"][1]}");
        Assert.AreEqual("4,1", $"{withLaw["Epoch"][6]},{withLaw["Batch"][6]}");
    }

    [TestMethod]
    public void The_final_loss_is_the_mean_of_the_hundred_batches_before_the_last()
    {
        var history = TrainingLoop.Run(new FakeEngine(step => step), new FakeBatches(50), Options, entropy: 0);
        Assert.AreEqual(Enumerable.Range(99, 100).Average(), history.FinalLoss, "of steps 0..199: 99..198");

        var one = TrainingLoop.Run(new FakeEngine(_ => 7), new FakeBatches(1), Options with { Epochs = 1 }, entropy: 0);
        Assert.AreEqual(7, one.FinalLoss);
        var three = TrainingLoop.Run(new FakeEngine(step => step), new FakeBatches(3), Options with { Epochs = 1 }, entropy: 0);
        Assert.AreEqual(0.5, three.FinalLoss, "of steps 0, 1, 2: 0 and 1");
    }

    [TestMethod]
    public void Cancellation_keeps_what_was_done()
    {
        using var source = new CancellationTokenSource();
        var engine = new FakeEngine(step =>
        {
            if (step == 4)
                source.Cancel();
            return 1;
        });
        var history = TrainingLoop.Run(engine, new FakeBatches(3), Options, entropy: 0, cancellationToken: source.Token);
        Assert.AreEqual(5, history.Steps);
        Assert.AreEqual(StopReason.Cancelled, history.StopReason);
    }

    [TestMethod]
    public void A_loss_that_is_no_number_ends_the_training_at_its_step()
    {
        var history = TrainingLoop.Run(
            new FakeEngine(step => step == 7 ? double.NaN : 1),
            new FakeBatches(3),
            Options,
            entropy: 0);
        Assert.AreEqual(8, history.Steps);
        Assert.AreEqual(StopReason.NotFinite, history.StopReason);
    }

    [TestMethod]
    [DataRow(1, 0)]
    [DataRow(2, 0)]
    [DataRow(3, 1)]
    [DataRow(999, 997)]
    [DataRow(1001, 999)]
    [DataRow(1002, 1000)]
    [DataRow(2500, 2498)]
    public void The_weights_kept_are_the_last_that_gave_a_finite_loss(int stepOfNaN, int kept)
    {
        var engine = new CountingEngine(stepOfNaN);
        var history = TrainingLoop.Run(engine, new FakeBatches(700), Options, entropy: 0);
        Assert.AreEqual((StopReason.NotFinite, stepOfNaN), (history.StopReason, history.Steps));
        var expected = new CountingEngine(int.MaxValue);
        TrainingLoop.Run(expected, new FakeBatches(700), Options, entropy: 0, cancellationToken: CancelAt(expected, kept));
        Assert.AreEqual((double)kept, engine.GetState().Steps);
        Assert.AreEqual(expected.Weight, engine.Weight, "the same batches at the same learning rates");
    }

    [TestMethod]
    public void Weights_that_the_last_step_made_no_numbers_are_not_kept()
    {
        var engine = new CountingEngine(stepOfNaN: 13); // the twelve steps' losses are finite
        var history = TrainingLoop.Run(engine, new FakeBatches(3), Options, entropy: 0);
        Assert.AreEqual((StopReason.NotFinite, 12), (history.StopReason, history.Steps));
        Assert.AreEqual(11L, engine.GetState().Steps);
        Assert.IsTrue(double.IsFinite(engine.Weight));
    }

    [TestMethod]
    public void A_time_limit_ends_the_training_after_a_batch_at_least()
    {
        var engine = new FakeEngine(_ => 1);
        var history = TrainingLoop.Run(
            engine,
            new FakeBatches(3),
            Options with
            {
                TimeLimit = TimeSpan.FromTicks(1),
            },
            entropy: 0);
        Assert.AreEqual((1, StopReason.TimeLimit, true), (history.Steps, history.StopReason, history.IsWhole));
        var unlimited = TrainingLoop.Run(
            new FakeEngine(_ => 1),
            new FakeBatches(3),
            Options with
            {
                TimeLimit = TimeSpan.FromDays(1),
            },
            entropy: 0);
        Assert.AreEqual(StopReason.Completed, unlimited.StopReason);
        Assert.Throws<ArgumentOutOfRangeException>((Options with { TimeLimit = TimeSpan.Zero }).Validate);
    }

    [TestMethod]
    public void A_target_accuracy_ends_the_training_after_its_epoch()
    {
        var engine = new FakeEngine(_ => 1, step => step < 3 ? 0.5 : 0.9);
        var history = TrainingLoop.Run(engine, new FakeBatches(3), Options with { TargetAccuracy = 0.7 }, entropy: 0);
        Assert.AreEqual(6, history.Steps, "the mean of the first two epochs is 0.7");
        Assert.AreEqual(StopReason.TargetAccuracy, history.StopReason);
    }

    [TestMethod]
    public void A_plateau_of_the_patience_ends_the_training()
    {
        var history = TrainingLoop.Run(
            new FakeEngine(_ => 1),
            new FakeBatches(100),
            Options with
            {
                Epochs = 9,
                Patience = 2,
            },
            entropy: 0);
        Assert.AreEqual(300, history.Steps, "one epoch sets the best loss, two do not better it");
        Assert.AreEqual(StopReason.Plateau, history.StopReason);
    }

    [TestMethod]
    public void Progress_ends_with_the_last_batch()
    {
        var reports = new List<TrainingProgress>();
        TrainingLoop.Run(new FakeEngine(_ => 1), new FakeBatches(3), Options, entropy: null, new Collector(reports));
        var last = reports[^1];
        Assert.AreEqual((4, 4, 3, 3), (last.Epoch, last.Epochs, last.Batch, last.Batches));
        Assert.AreEqual(1, last.Fraction);
        Assert.AreEqual(TimeSpan.Zero, last.Remaining);
        Assert.IsFalse(last.IsDivergence);
    }

    private static CancellationToken CancelAt(CountingEngine engine, int step)
    {
        var source = new CancellationTokenSource();
        engine.AfterStep = steps =>
        {
            if (steps == step)
                source.Cancel();
        };
        if (step == 0)
            source.Cancel();
        return source.Token;
    }

    private sealed class Collector(List<TrainingProgress> reports) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => reports.Add(value);
    }

    private sealed class FakeBatches(int count) : IBatchSource
    {
        private readonly ushort[] tokens = new ushort[2];

        public int BatchesPerEpoch => count;

        public ReadOnlySpan<ushort> GetBatch(int epoch, int batch)
        {
            (tokens[0], tokens[1]) = ((ushort)epoch, (ushort)batch);
            return tokens;
        }
    }

    private sealed class FakeEngine(Func<int, double> loss, Func<int, double>? accuracy = null) : ITrainingEngine
    {
        public List<double> LearningRates { get; } = [];

        public List<(int Epoch, int Batch)> Batches { get; } = [];

        public BatchResult Step(ReadOnlySpan<ushort> tokens, double learningRate)
        {
            Batches.Add((tokens[0], tokens[1]));
            LearningRates.Add(learningRate);
            int step = LearningRates.Count - 1;
            return new BatchResult(loss(step), accuracy?.Invoke(step) ?? 0);
        }

        public StateDict GetParameters() => [];

        public EngineState GetState() => new([], [], [], LearningRates.Count);

        public void SetState(EngineState state)
        {
        }

        public void Dispose()
        {
        }
    }

    /// <summary>
    /// A weight that depends on every batch and learning rate before it, and is no number from the step before one on.
    /// </summary>
    private sealed class CountingEngine(int stepOfNaN) : ITrainingEngine
    {
        private long steps;

        public double Weight { get; private set; }

        public Action<long> AfterStep { get; set; } = _ => { };

        public BatchResult Step(ReadOnlySpan<ushort> tokens, double learningRate)
        {
            Weight = ++steps >= stepOfNaN - 1 ? double.NaN : Weight * 0.9 + learningRate * (1 + tokens[0] + 0.1 * tokens[1]);
            AfterStep(steps);
            return new BatchResult(steps >= stepOfNaN ? double.NaN : 1, 0);
        }

        public StateDict GetParameters() => new() { ["weight"] = new ParameterTensor([1], [Weight]) };

        public EngineState GetState() => new(GetParameters(), [], [], steps);

        public void SetState(EngineState state)
        {
            steps = state.Steps;
            Weight = state.Parameters["weight"].Values[0];
        }

        public void Dispose()
        {
        }
    }
}
