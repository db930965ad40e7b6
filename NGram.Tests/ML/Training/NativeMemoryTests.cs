using System.Diagnostics;
using NGram.Data.Laws;
using NGram.Data.Sequences;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Tests.ML.Training;

[TestClass]
[TestCategory("Slow")]
[DoNotParallelize] // the size of the process is everybody's
public sealed class NativeMemoryTests
{
    [TestMethod]
    [DataRow(TrainingEngine.TorchSharp, 10_000)] // a hundred thousand take over a minute
    [DataRow(TrainingEngine.Fused, 100_000)]
    public void Many_steps_leave_native_and_managed_memory_flat(TrainingEngine kind, int manySteps)
    {
        var architecture = new TransformerArchitecture
        {
            VocabularySize = 20,
            ContextWindow = 3,
            Order = 3,
            Options = new TransformerOptions { EmbeddingDimension = 4, HeadDimension = 4, Heads = 2 },
        };
        var distribution = new PowerLaw { VocabularySize = 20 }.CreateDistribution(1);
        var options = new TrainingOptions { Engine = kind, BatchSize = 256 };
        var initial = Initialization.Create(architecture, 1);
        using var engine = EngineFactory.Create(architecture, initial, options, distribution, out _, out _);
        ushort[] batch = new SequenceSampler(distribution, 3, seed: 1).Sample(256).Tokens.ToArray();
        void Train(int steps)
        {
            for (int step = 0; step < steps; step++)
                engine.Step(batch, 1e-3);
        }

        Train(1000);
        var (processBefore, managedBefore) = Sizes();
        Train(manySteps);
        var (process, managed) = Sizes();
        double growth = (process - processBefore) / 1e6, managedGrowth = (managed - managedBefore) / 1e6;
        // A leaked [256, 1, 20] float32 tensor a step would be 200 MB; the allocators' own slack stays far below 30.
        Assert.IsLessThan(30, growth, $"{growth:F1} MB");
        // A leaked object of 100 bytes a step would be a megabyte.
        Assert.IsLessThan(0.9, managedGrowth, $"{managedGrowth:F1} MB of managed memory");
    }

    private static (long Process, long Managed) Sizes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return (process.WorkingSet64, GC.GetTotalMemory(forceFullCollection: true));
    }
}
